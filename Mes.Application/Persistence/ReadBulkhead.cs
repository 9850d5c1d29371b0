namespace Mes.Application.Persistence;

/// <summary>
/// Limits how many reads run at once. A read that finds no free place waits for one. A caller that needs the same read
/// as one that is still waiting joins it. That read has not begun, so it begins after both callers asked and returns to
/// both everything that was acknowledged before (G1). So waiting callers never repeat each other's reads (bug class
/// 39): when Redis is away, callers that poll the same order cost the database one read.
/// </summary>
/// <param name="count">How many reads run at once.</param>
/// <param name="patience">How long a shared read waits for a place.</param>
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

    /// <param name="key">Equal for equal reads.</param>
    /// <param name="read">Runs for all callers that joined, so it uses no caller's cancellation token.</param>
    /// <exception cref="DependencyUnavailableException">No place became free in time.</exception>
    public Task<T> RunSharedAsync<T>(object key, Func<Task<T>> read) => RunSharedAsync(key, _ => read());

    /// <param name="key">Equal for equal reads.</param>
    /// <param name="read">
    /// Receives whether it had to wait. Runs for all callers that joined, so it uses no caller's cancellation token.
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
        // Let the caller list this task as waiting first.
        await Task.Yield();
        var hasPlace = await _places.WaitAsync(patience, CancellationToken.None);
        lock (_waiting)
        {
            // From here on the read has begun, so later callers must not join it.
            _waiting.Remove(key);
        }

        return hasPlace
            ? await RunInPlaceAsync(() => read(true))
            : throw new DependencyUnavailableException("The database", null);
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
