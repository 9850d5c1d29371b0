using Mes.Application.Events;

namespace Mes.Infrastructure.Events;

/// <summary>
/// The end of the feed in this instance's memory, for all its followers. One thread appends; any number read and wait.
/// </summary>
internal sealed class EventTail(TimeProvider clock)
{
    /// <summary>How many events are kept at least, once there are so many.</summary>
    internal const int Capacity = 10_000;

    /// <summary>
    /// What is older is not answered from memory: while the database is away for this instance, others may go on.
    /// </summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    // Filled from the front and never overwritten, so that snapshots may share it. When it is full, a new one begins
    // with the last half.
    private FeedEvent[] _buffer = [];
    private volatile Snapshot _latest = new(EventPosition.Beginning, [], 0, 0, generation: 0);
    private long _askedAt;

    /// <summary>What is known now; nothing before the first <see cref="Begin"/>.</summary>
    public Snapshot Latest => _latest;

    /// <summary>Whether the end of the feed has ever been read.</summary>
    public bool HasBegun => _latest.Generation > 0;

    /// <summary>Whether the database confirmed the end of the feed a moment ago.</summary>
    public bool IsFresh => Age < Fresh;

    /// <summary>How long ago the database confirmed it.</summary>
    public TimeSpan Age =>
        HasBegun ? clock.GetElapsedTime(Volatile.Read(ref _askedAt)) : TimeSpan.MaxValue;

    /// <summary>Begins here, without events. All who wait look again, since their place may be gone.</summary>
    /// <param name="askedAt">When the database was asked, by the monotonic clock.</param>
    public void Begin(EventPosition end, long askedAt)
    {
        _buffer = new FeedEvent[2 * Capacity];
        Publish(new Snapshot(end, _buffer, 0, 0, _latest.Generation + 1), askedAt);
    }

    /// <summary>Appends what follows the end without a gap, if anything.</summary>
    public void Append(IReadOnlyCollection<FeedEvent> events, long askedAt)
    {
        var latest = _latest;
        if (events.Count == 0)
        {
            Volatile.Write(ref _askedAt, askedAt);
            return;
        }

        var (behind, start, end) = (latest.Behind, latest.Start, latest.End);
        foreach (var item in events)
        {
            if (end == _buffer.Length)
            {
                var next = new FeedEvent[2 * Capacity];
                Array.Copy(_buffer, end - Capacity, next, 0, Capacity);
                (behind, start, end) = (_buffer[end - Capacity - 1].Position, 0, Capacity);
                _buffer = next;
            }

            _buffer[end++] = item;
        }

        Publish(new Snapshot(behind, _buffer, start, end, latest.Generation), askedAt);
    }

    private void Publish(Snapshot snapshot, long askedAt)
    {
        var before = _latest;
        Volatile.Write(ref _askedAt, askedAt);
        _latest = snapshot;
        before.Replaced();
    }

    /// <summary>The tail at one moment. It does not change.</summary>
    /// <param name="behind">The place before the first event.</param>
    /// <param name="generation">Another number means that the feed has another past.</param>
    internal sealed class Snapshot(EventPosition behind, FeedEvent[] buffer, int start, int end, long generation)
    {
        private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EventPosition Behind => behind;

        public int Start => start;

        public int End => end;

        public long Generation => generation;

        /// <summary>The end of the feed.</summary>
        public EventPosition Last => start == end ? behind : buffer[end - 1].Position;

        /// <summary>Completes when there is a newer one.</summary>
        public Task NextAsync() => _replaced.Task;

        public void Replaced() => _replaced.SetResult();

        /// <returns>Null if the place is not in the tail, or is of another past.</returns>
        public EventSlice? Read(EventPosition after, string? sellerId, int limit)
        {
            if (Find(after) is not { } from)
            {
                return null;
            }

            List<FeedEvent> items = [];
            for (var i = from; i < end; i++)
            {
                if (!buffer[i].IsFor(sellerId))
                {
                    continue;
                }

                if (items.Count == limit)
                {
                    return new EventSlice(items, items[^1].Position, HasMore: true);
                }

                items.Add(buffer[i]);
            }

            return new EventSlice(items, Last, HasMore: false);
        }

        /// <summary>
        /// Whether an event behind this position is for the follower, or the position is before the tail.
        /// </summary>
        public bool MayTell(long after, string? sellerId)
        {
            if (after < behind.Number)
            {
                return true;
            }

            for (var i = start + (int)Math.Min(after - behind.Number, end - start); i < end; i++)
            {
                if (buffer[i].IsFor(sellerId))
                {
                    return true;
                }
            }

            return false;
        }

        // The positions are consecutive.
        private int? Find(EventPosition after)
        {
            var offset = after.Number - behind.Number;
            return offset < 0 || offset > end - start ? null
                : offset == 0 ? (after == behind ? start : null)
                : buffer[start + (int)offset - 1].Position == after ? start + (int)offset
                : null;
        }
    }
}
