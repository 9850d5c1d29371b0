using Mes.Application.Persistence;

namespace Mes.Application.Behaviors;

/// <summary>
/// Runs at most one computation per key at a time. Callers that arrive meanwhile share a second one, which begins after
/// all of them have asked. So a caller waits for at most the running computation and its own, however many callers
/// there are and however fast answers become outdated (bug class 39). A key without callers is removed.
/// </summary>
/// <param name="patience">
/// How long the second computation waits for the first. After that its callers get an exception.
/// </param>
internal sealed class SharedComputations(TimeSpan patience)
{
    /// <summary>The time limit of one computation. A report may take a busy database eight seconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Key> _keys = [];

    /// <param name="compute">
    /// Receives whether it had to wait. It runs for all callers that share it, so it uses no caller's cancellation
    /// token.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait; the computation continues for the others.</param>
    /// <exception cref="DependencyUnavailableException">The computation before it did not end in time.</exception>
    public Task<T> RunAsync<T>(string key, Func<bool, Task<T>> compute, CancellationToken cancellationToken)
    {
        Key entered;
        lock (_keys)
        {
            if (!_keys.TryGetValue(key, out entered!))
            {
                _keys.Add(key, entered = new Key(new ReadBulkhead(1, patience)));
            }

            entered.Callers++;
        }

        return LeaveAfterAsync(key, entered, entered.Place.RunSharedAsync(key, compute)).WaitAsync(cancellationToken);
    }

    private async Task<T> LeaveAfterAsync<T>(string key, Key entered, Task<T> computation)
    {
        try
        {
            return await computation;
        }
        finally
        {
            lock (_keys)
            {
                if (--entered.Callers == 0)
                {
                    _keys.Remove(key);
                    entered.Place.Dispose();
                }
            }
        }
    }

    private sealed class Key(ReadBulkhead place)
    {
        public ReadBulkhead Place => place;

        public int Callers { get; set; }
    }
}
