using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>
/// The copies of one cell's orders in this instance's memory, and the newest stamp of the change log up to which they
/// are current. Copies belong to an epoch and a data set. What is used least lately is evicted first (the clock
/// algorithm). Not thread-safe: <see cref="OrderQuestions"/> calls it under its lock.
/// </summary>
/// <param name="maxBytes">About how many bytes the copies may take; 0 keeps none.</param>
internal sealed class NearCopies(long maxBytes)
{
    private readonly Dictionary<Guid, LinkedListNode<(Guid Id, NearCopy Copy)>> _copies = [];
    private readonly LinkedList<(Guid Id, NearCopy Copy)> _clock = [];
    private CacheEpoch _epoch;
    private string? _dataSet;

    /// <summary>The stamp up to which the copies are current; null if there are none.</summary>
    public ulong? Stamp { get; private set; }

    public long Bytes { get; private set; }

    public NearCopy? Find(CacheEpoch epoch, Guid orderId)
    {
        if (epoch != _epoch || !_copies.TryGetValue(orderId, out var node))
        {
            return null;
        }

        node.Value.Copy.IsUsed = true;
        return node.Value.Copy;
    }

    /// <summary>
    /// Goes on to the newest stamp of the log: removes the copies of orders that may have changed since
    /// <see cref="Stamp"/>, all of them if the log does not say.
    /// </summary>
    /// <param name="log">A readable change log, as it was in one step with what <see cref="Keep"/> gets.</param>
    /// <returns>Whether the log went back far enough.</returns>
    public bool Advance(CacheEpoch epoch, DataSet dataSet, ReadOnlySpan<byte> log)
    {
        List<Guid> changed = [];
        var isKnown = Stamp is { } stamp
            && epoch == _epoch
            && dataSet.Name == _dataSet
            && ChangeLog.TryReadSince(stamp, log, changed);
        if (isKnown)
        {
            changed.ForEach(Remove);
        }
        else
        {
            Clear();
        }

        (_epoch, _dataSet, Stamp) = (epoch, dataSet.Name, ChangeLog.LastStamp(log));
        return isKnown;
    }

    /// <summary>Keeps an order that was read in one step with the log that was advanced to last.</summary>
    public void Keep(Guid orderId, NearCopy copy)
    {
        Remove(orderId);
        if (copy.Bytes > maxBytes)
        {
            return;
        }

        _copies[orderId] = _clock.AddFirst((orderId, copy));
        Bytes += copy.Bytes;
        while (Bytes > maxBytes)
        {
            var oldest = _clock.Last!;
            if (oldest.Value.Copy.IsUsed)
            {
                oldest.Value.Copy.IsUsed = false;
                _clock.RemoveLast();
                _clock.AddFirst(oldest);
            }
            else
            {
                Remove(oldest.Value.Id);
            }
        }
    }

    public void Remove(Guid orderId)
    {
        if (_copies.Remove(orderId, out var node))
        {
            _clock.Remove(node);
            Bytes -= node.Value.Copy.Bytes;
        }
    }

    public void Clear()
    {
        _copies.Clear();
        _clock.Clear();
        (Bytes, Stamp) = (0, null);
    }
}
