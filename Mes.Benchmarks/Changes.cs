using System.Collections.Concurrent;
using Mes.Chaos.Workload;

namespace Mes.Benchmarks;

/// <summary>Orders that are changed repeatedly. Only one client at a time changes an order.</summary>
internal sealed class Changes(Caller caller)
{
    private readonly ConcurrentQueue<(Guid Order, string Status)> _orders = new();

    public void Add(IEnumerable<Guid> submitted)
    {
        foreach (var order in submitted)
        {
            _orders.Enqueue((order, "SUBMITTED"));
        }
    }

    /// <summary>Takes the newest orders of these columns from the board.</summary>
    public async Task FindAsync(int each, params string[] statuses)
    {
        foreach (var status in statuses)
        {
            var page = await caller.GetJsonAsync($"board/{status}?limit={each}&sort=newest", Connection.Operator);
            foreach (var order in page.GetProperty("items").EnumerateArray())
            {
                _orders.Enqueue((order.GetProperty("id").GetGuid(), status));
            }
        }
    }

    /// <summary>Takes the next order to its next status.</summary>
    public async Task<Sample> ChangeAsync() => (await ChangeOneAsync()).Sample;

    /// <summary>The same, and says which order it was, and its new version; 0 if the change failed.</summary>
    public async Task<(Sample Sample, Guid Order, int Version)> ChangeOneAsync()
    {
        (Guid Order, string Status) next;
        while (!_orders.TryDequeue(out next))
        {
            await Task.Delay(1);
        }

        var (sample, status, version) = await caller.ChangeAsync(next.Order, next.Status);
        _orders.Enqueue((next.Order, status));
        return (sample, next.Order, version);
    }
}
