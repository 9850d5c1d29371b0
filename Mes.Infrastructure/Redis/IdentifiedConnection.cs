using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>A connection whose data set is known.</summary>
internal sealed class IdentifiedConnection(
    IDatabase database, RedisProbe probe, TrialWrite trialWrite, DataSet dataSet, TimeProvider clock)
{
    /// <summary>Replies count for so long after the last check that found the same data set was sent.</summary>
    private static readonly TimeSpan CheckTerm = TimeSpan.FromSeconds(1);

    private long _confirmedAt = dataSet.IdentifiedAt;
    private int _isDoubtful;

    public IDatabase Database => database;

    public TrialWrite TrialWrite => trialWrite;

    public DataSet DataSet => dataSet;

    /// <summary>Whether there was a sign that the connection leads to another data set by now.</summary>
    public bool IsDoubtful => Volatile.Read(ref _isDoubtful) != 0;

    /// <summary>Whether the client has reconnected since the data set was identified.</summary>
    public bool IsReconnected => probe.Socket != dataSet.Socket;

    /// <summary>Whether a recent check found the same data set, and nothing speaks against it since.</summary>
    public bool IsConfirmed => !IsDoubtful && clock.GetElapsedTime(Volatile.Read(ref _confirmedAt)) < CheckTerm;

    /// <returns>Whether this is the first sign.</returns>
    public bool BecomeDoubtful() => Interlocked.CompareExchange(ref _isDoubtful, 1, 0) == 0;

    /// <summary>Checks that the connection still leads to the data set.</summary>
    /// <exception cref="RedisException">Redis did not answer, or refused.</exception>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        if (!await probe.IsStillAsync(dataSet).WaitAsync(RedisProbe.Timeout, clock, cancellationToken))
        {
            return false;
        }

        Volatile.Write(ref _confirmedAt, askedAt);
        return true;
    }
}
