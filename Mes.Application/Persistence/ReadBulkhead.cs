namespace Mes.Application.Persistence;

/// <summary>
/// The places in which reads run, so many at once. Who finds none free waits for one. Who then wants the same as somebody that is
/// still waiting joins him: that read has not begun, so it begins after both have asked, and cannot tell either of them less than was
/// acknowledged before (G1). So nobody who waits computes again what another one of them computes (bug class 39): when the cache is
/// away, callers that poll the same order cost the database one read.
/// </summary>
/// <param name="count">How many run at once.</param>
/// <param name="patience">How long a read waits for its place.</param>
public sealed class ReadBulkhead(int count, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim _places = new(count);
    private readonly Dictionary<object, Task> _waiting = [];

    /// <exception cref="OperationCanceledException">No place became free in time.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return await RunInPlaceAsync(read);
    }

    /// <param name="key">The same for the same read.</param>
    /// <param name="read">Runs on behalf of all who have joined: on no caller's cancellation token.</param>
    /// <exception cref="DependencyUnavailableException">No place became free in time.</exception>
    public Task<T> RunSharedAsync<T>(object key, Func<Task<T>> read) => RunSharedAsync(key, _ => read());

    /// <param name="key">The same for the same read.</param>
    /// <param name="read">
    /// Is told whether it had to wait. Runs on behalf of all who have joined: on no caller's cancellation token.
    /// </param>
    /// <exception cref="DependencyUnavailableException">No place became free in time.</exception>
    public Task<T> RunSharedAsync<T>(object key, Func<bool, Task<T>> read)
    {
        lock (_waiting)
        {
            if (_waiting.TryGetValue(key, out var waiting))
            {
                return (Task<T>)waiting;
            }

            if (!_places.Wait(0, CancellationToken.None))
            {
                var joined = WaitAsync(key, read);
                _waiting.Add(key, joined);
                return joined;
            }
        }

        return RunInPlaceAsync(() => read(false));
    }

    public void Dispose() => _places.Dispose();

    private async Task<T> WaitAsync<T>(object key, Func<bool, Task<T>> read)
    {
        // Not before it stands among those who wait.
        await Task.Yield();
        var hasPlace = await _places.WaitAsync(patience, CancellationToken.None);
        lock (_waiting)
        {
            // From here on it has begun: whoever comes now must not join.
            _waiting.Remove(key);
        }

        return hasPlace ? await RunInPlaceAsync(() => read(true)) : throw new DependencyUnavailableException("The database", null);
    }

    private async Task<T> RunInPlaceAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        finally
        {
            _places.Release();
        }
    }
}
