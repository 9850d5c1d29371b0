using Mes.Application.Persistence;

namespace Mes.Application.Behaviors;

/// <summary>
/// Lets one computation run per key, and one wait. Who asks while one runs shares the one that waits, which begins after all of them
/// have asked: however many ask at once, and however fast each answer is outdated, nobody waits for more than the one that runs and his
/// own (bug class 39). Keys that nobody asks for are forgotten.
/// </summary>
/// <param name="patience">How long one waits for the one before it. Those who share it learn then that it takes too long, instead of waiting on.</param>
internal sealed class SharedComputations(TimeSpan patience)
{
    /// <summary>A report may take a busy database eight seconds; a computation that is not done after so long ends.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Key> _keys = [];

    /// <param name="compute">
    /// Is told whether it had to wait. Runs on behalf of all who share it: on no caller's cancellation token, nor in any caller's scope.
    /// </param>
    /// <param name="cancellationToken">The caller leaves; the computation goes on for the others.</param>
    /// <exception cref="DependencyUnavailableException">The one before it did not end in time.</exception>
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
