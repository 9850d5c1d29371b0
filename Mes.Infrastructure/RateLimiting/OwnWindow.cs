namespace Mes.Infrastructure.RateLimiting;

/// <summary>
/// What one instance has granted one caller in the last window, by its own clock. Permits come back up to a
/// thirty-second of the window late. Not thread-safe.
/// </summary>
/// <param name="window">In timestamps of the monotonic clock.</param>
internal sealed class OwnWindow(long window)
{
    private const int Slots = 32;

    private readonly long _slotTime = Math.Max(window / Slots, 1);

    /// <summary>One more, because the window begins within a slot.</summary>
    private readonly long[] _slots = new long[Slots + 1];
    private long _slot = long.MinValue;
    private long _sum;

    public long Sum(long now)
    {
        Advance(now);
        return _sum;
    }

    public void Add(long now, long amount)
    {
        Advance(now);
        _slots[_slot % _slots.Length] += amount;
        _sum += amount;
    }

    /// <summary>Takes back what was added lately.</summary>
    public void Remove(long now, long amount)
    {
        Advance(now);
        for (var back = 0; back < _slots.Length && amount > 0 && _sum > 0; back++)
        {
            ref var slot = ref _slots[(_slot - back + _slots.Length) % _slots.Length];
            var part = Math.Min(slot, amount);
            slot -= part;
            _sum -= part;
            amount -= part;
        }
    }

    /// <returns>When the sum will have fallen to a value, or be less.</returns>
    public long WhenAtMost(long now, long value)
    {
        Advance(now);
        var sum = _sum;
        for (var ahead = 1; ahead <= _slots.Length; ahead++)
        {
            if (sum <= value)
            {
                return ahead == 1 ? now : (_slot + ahead - 1) * _slotTime;
            }

            sum -= _slots[(_slot + ahead) % _slots.Length];
        }

        return (_slot + _slots.Length) * _slotTime;
    }

    private void Advance(long now)
    {
        var slot = now / _slotTime;
        if (_slot == long.MinValue || slot - _slot >= _slots.Length)
        {
            Array.Clear(_slots);
            _sum = 0;
            _slot = slot;
        }

        while (_slot < slot)
        {
            ref var oldest = ref _slots[++_slot % _slots.Length];
            _sum -= oldest;
            oldest = 0;
        }
    }
}
