using System.Collections.Concurrent;

namespace Mes.Chaos.Checking;

/// <summary>The record of a run on one monotonic clock: every read, acknowledgement and fault.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<Guid, int> _numbers;
    private readonly List<ClientLog> _clients = [];

    public History()
        : this(new())
    {
    }

    private History(ConcurrentDictionary<Guid, int> numbers) => _numbers = numbers;

    public ConcurrentQueue<Fault> Faults { get; } = new();

    /// <summary>The periods in which the machine or the checker itself stalled, each with its begin and end.</summary>
    public ConcurrentQueue<(long Start, long End)> Stalls { get; } = new();

    /// <summary>What events told, in the order of their arrival.</summary>
    public ConcurrentQueue<Telling> Tellings { get; } = new();

    /// <summary>The restores of the database, in order of time.</summary>
    public ConcurrentQueue<Restore> Restores { get; } = new();

    public IReadOnlyList<ClientLog> Clients => _clients;

    public IEnumerable<Change> Changes => _clients.SelectMany(client => client.Changes);

    public IEnumerable<Read> Reads => _clients.SelectMany(client => client.Reads);

    public IEnumerable<Page> Pages => _clients.SelectMany(client => client.Pages);

    public IEnumerable<Statistics> Statistics => _clients.SelectMany(client => client.Statistics);

    public IEnumerable<Failure> Failures => _clients.SelectMany(client => client.Failures);

    /// <summary>The same history with the same faults, reduced to the observations that pass these filters.</summary>
    public History Where(Func<Read, bool> reads, Func<Page, bool> pages, Func<Statistics, bool> statistics,
        Func<Change, bool> changes, Func<Failure, bool> failures, Func<Telling, bool> tellings)
    {
        var part = new History(_numbers);
        foreach (var telling in Tellings.Where(tellings))
        {
            part.Tellings.Enqueue(telling);
        }

        foreach (var client in _clients)
        {
            var log = part.NewClient();
            log.Reads.AddRange(client.Reads.Where(reads));
            log.Pages.AddRange(client.Pages.Where(pages));
            log.Statistics.AddRange(client.Statistics.Where(statistics));
            log.Changes.AddRange(client.Changes.Where(changes));
            log.Failures.AddRange(client.Failures.Where(failures));
        }

        foreach (var fault in Faults)
        {
            part.Faults.Enqueue(fault);
        }

        foreach (var stall in Stalls)
        {
            part.Stalls.Enqueue(stall);
        }

        return part;
    }

    public ClientLog NewClient()
    {
        var client = new ClientLog((byte)(_clients.Count + 1));
        _clients.Add(client);
        return client;
    }

    /// <returns>A small number that identifies the order for the whole run.</returns>
    public int NumberOf(Guid order) => _numbers.TryGetValue(order, out var number) ? number : Add(order);

    public IReadOnlyDictionary<int, Guid> Orders() => _numbers.ToDictionary(entry => entry.Value, entry => entry.Key);

    private int Add(Guid order)
    {
        // Numbers must be unique but may have gaps: GetOrAdd may take one and not use it.
        lock (_clients)
        {
            return _numbers.GetOrAdd(order, static (_, count) => count, _numbers.Count);
        }
    }

    /// <summary>The observations of one client, in order. Only that client writes to it.</summary>
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
