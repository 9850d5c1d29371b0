namespace Mes.Infrastructure.Redis;

/// <summary>
/// The circuit breaker of one server. After several failures in a row it opens. Each failure also raises a doubt, which
/// a trial write clears up: a server may answer reads and refuse every write (bug class 36).
/// </summary>
internal sealed class RedisCircuit(int failuresToOpen)
{
    private readonly SemaphoreSlim _doubts = new(0, 1);
    private int _failures;
    private int _isInDoubt;

    /// <summary>Whether commands may be sent.</summary>
    public bool IsClosed => Volatile.Read(ref _failures) < failuresToOpen;

    /// <summary>Whether the latest command was answered in time.</summary>
    public bool IsAnswering => Volatile.Read(ref _failures) == 0;

    /// <summary>Whether a failure is waiting to be cleared up by a trial write.</summary>
    public bool IsInDoubt => Volatile.Read(ref _isInDoubt) != 0;

    /// <summary>Records that a command was answered, if only with an error.</summary>
    public void Answered() => Interlocked.Exchange(ref _failures, 0);

    /// <summary>Records that a command was not answered.</summary>
    /// <param name="requests">How many requests were waiting for the answer.</param>
    /// <returns>Whether that has opened the circuit.</returns>
    public bool Failed(int requests)
    {
        Doubt();
        var failures = Interlocked.Add(ref _failures, requests);
        return failures >= failuresToOpen && failures - requests < failuresToOpen;
    }

    /// <summary>
    /// Raises a doubt: what fails once may fail for every request, even if other commands are answered.
    /// </summary>
    public void Doubt()
    {
        if (Interlocked.Exchange(ref _isInDoubt, 1) == 0)
        {
            _doubts.Release();
        }
    }

    public Task WaitForDoubtAsync(CancellationToken cancellationToken) => _doubts.WaitAsync(cancellationToken);

    public void ResolveDoubt() => Volatile.Write(ref _isInDoubt, 0);
}
