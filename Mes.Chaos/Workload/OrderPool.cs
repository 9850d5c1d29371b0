using System.Collections.Concurrent;

namespace Mes.Chaos.Workload;

/// <summary>The orders that clients work on: few, so that they meet.</summary>
internal sealed class OrderPool
{
    public const int Size = 24;

    private readonly ConcurrentDictionary<int, Guid> _slots = new();

    public IEnumerable<Guid> All => _slots.Values;

    public Guid? Pick(Random random) => _slots.TryGetValue(random.Next(Size), out var order) ? order : null;

    public int? EmptySlot() => Enumerable.Range(0, Size).Cast<int?>().FirstOrDefault(slot => !_slots.ContainsKey(slot!.Value));

    public void Fill(int slot, Guid order) => _slots[slot] = order;

    /// <summary>A closed order makes room for a new one; it is read a little longer by whoever holds it.</summary>
    public void Retire(Guid order)
    {
        foreach (var (slot, _) in _slots.Where(entry => entry.Value == order))
        {
            _slots.TryRemove(slot, out _);
        }
    }
}
