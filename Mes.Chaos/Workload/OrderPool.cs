using System.Collections.Concurrent;
using Mes.Chaos.Checking;

namespace Mes.Chaos.Workload;

/// <summary>The orders that clients use: a few that all of them request, and more beside them.</summary>
internal sealed class OrderPool
{
    public const int Size = 48;

    private const int Hot = 6;
    private const int KeptWhenEnded = 16;

    private readonly Slot[] _slots = [.. Enumerable.Range(0, Size).Select(_ => new Slot())];
    private readonly ConcurrentQueue<Guid> _ended = new();

    /// <summary>The order in one of the places; empty if there is none.</summary>
    public Guid this[int place] => _slots[place].Order;

    /// <summary>An order for a reader; sometimes one that has ended.</summary>
    public Guid? Pick(Random random) =>
        random.Next(20) == 0 && _ended.TryPeek(out var ended) ? ended
        : AnySlot(random).Order is var order && order != Guid.Empty ? order
        : null;

    /// <summary>An order for a writer; null if the chosen one must be left alone.</summary>
    public Slot? PickSlot(Random random) => AnySlot(random) is var slot && slot.LeaveAloneUntil < Clock.Now
        ? slot
        : null;

    /// <summary>Replaces an ended order by a new one. Readers still read the ended one for a while.</summary>
    public void End(Slot slot, Guid order)
    {
        slot.Leave(order);
        _ended.Enqueue(order);
        if (_ended.Count > KeptWhenEnded)
        {
            _ended.TryDequeue(out _);
        }
    }

    private Slot AnySlot(Random random) => _slots[random.Next(random.Next(3) == 0 ? Hot : Size)];

    /// <summary>The place of one order, with what writers know about it.</summary>
    internal sealed class Slot
    {
        private readonly Lock _lock = new();
        private volatile Content _content = Content.None;
        private long _leaveAloneUntil;

        public Guid Order => _content.Order;

        /// <summary>The status in the last acknowledgement; null if a writer has to read it.</summary>
        public string? Status => _content.Status;

        /// <summary>Until this moment, no writer may create an order here or change this one.</summary>
        public long LeaveAloneUntil => Volatile.Read(ref _leaveAloneUntil);

        /// <summary>Returns true to one writer only.</summary>
        public bool TryReserve()
        {
            lock (_lock)
            {
                if (Order != Guid.Empty || LeaveAloneUntil > Clock.Now)
                {
                    return false;
                }

                LeaveAlone(10_000);
                return true;
            }
        }

        public void Fill(Guid order, string? status)
        {
            lock (_lock)
            {
                _content = new(order, status);
                LeaveAlone(0);
            }
        }

        public void Leave(Guid order) => Replace(order, Content.None);

        public void Learn(Guid order, string? status) => Replace(order, new(order, status));

        public void LeaveAlone(int milliseconds) =>
            Volatile.Write(ref _leaveAloneUntil, Clock.Now + Clock.Ticks(milliseconds));

        private void Replace(Guid order, Content content)
        {
            lock (_lock)
            {
                if (Order == order)
                {
                    _content = content;
                }
            }
        }

        private sealed record Content(Guid Order, string? Status)
        {
            public static readonly Content None = new(Guid.Empty, null);
        }
    }
}
