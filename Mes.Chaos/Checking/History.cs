using System.Collections.Concurrent;

namespace Mes.Chaos.Checking;

/// <summary>What happened, on one monotonic clock: every read, every acknowledgement, every fault.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<Guid, int> _numbers = new();
    private readonly List<ClientLog> _clients = [];

    public ConcurrentQueue<Fault> Faults { get; } = new();

    /// <summary>When the machine, or the checker itself, did not get on; begin and end.</summary>
    public ConcurrentQueue<(long Start, long End)> Stalls { get; } = new();

    public IReadOnlyList<ClientLog> Clients => _clients;

    public IEnumerable<Change> Changes => _clients.SelectMany(client => client.Changes);

    public IEnumerable<Read> Reads => _clients.SelectMany(client => client.Reads);

    public IEnumerable<Page> Pages => _clients.SelectMany(client => client.Pages);

    public IEnumerable<Statistics> Statistics => _clients.SelectMany(client => client.Statistics);

    public IEnumerable<Failure> Failures => _clients.SelectMany(client => client.Failures);

    public ClientLog NewClient()
    {
        var client = new ClientLog((byte)(_clients.Count + 1));
        _clients.Add(client);
        return client;
    }

    /// <returns>A small number for an order, the same each time.</returns>
    public int NumberOf(Guid order) => _numbers.TryGetValue(order, out var number) ? number : Add(order);

    public IReadOnlyDictionary<int, Guid> Orders() => _numbers.ToDictionary(entry => entry.Value, entry => entry.Key);

    private int Add(Guid order)
    {
        // Numbers need not be without gaps, only unique: GetOrAdd may ask for one that is not taken.
        lock (_clients)
        {
            return _numbers.GetOrAdd(order, static (_, count) => count, _numbers.Count);
        }
    }

    /// <summary>What one client saw, in its order. Only that client writes to it.</summary>
    internal sealed class ClientLog(byte number)
    {
        public byte Number => number;

        public List<Read> Reads { get; } = [];

        public List<Page> Pages { get; } = [];

        public List<Statistics> Statistics { get; } = [];

        public List<Change> Changes { get; } = [];

        public List<Failure> Failures { get; } = [];
    }
}
