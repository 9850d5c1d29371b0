namespace Mes.Application.Behaviors;

/// <summary>Lets one at a time in per key, and forgets keys that nobody asks for.</summary>
internal sealed class KeyedGate
{
    private readonly Dictionary<string, Door> _doors = [];

    /// <returns>To be disposed by whoever leaves.</returns>
    public async ValueTask<Entered> EnterAsync(string key, CancellationToken cancellationToken)
    {
        Door door;
        bool wait;
        lock (_doors)
        {
            if (!_doors.TryGetValue(key, out door!))
            {
                _doors.Add(key, door = new Door());
            }

            wait = door.Users++ > 0;
        }

        try
        {
            await door.Free.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key, door);
            throw;
        }

        return new Entered(this, key, door, wait);
    }

    private void Leave(string key, Door door)
    {
        lock (_doors)
        {
            if (--door.Users == 0)
            {
                _doors.Remove(key);
            }
        }
    }

    internal sealed class Door
    {
        public SemaphoreSlim Free { get; } = new(1, 1);

        public int Users { get; set; }
    }

    internal readonly struct Entered(KeyedGate gate, string key, Door door, bool hadToWait) : IDisposable
    {
        public bool HadToWait => hadToWait;

        public void Dispose()
        {
            door.Free.Release();
            gate.Leave(key, door);
        }
    }
}
