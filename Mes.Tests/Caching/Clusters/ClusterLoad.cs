using System.Collections.Concurrent;
using System.Text.Json;
using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Application.Statistics.GetThroughput;
using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Clusters;

/// <summary>
/// Callers that change and read orders through several instances, and record every promise that was broken. All orders
/// are active, belong to one seller, and stay so: the board and the list must always have each order exactly once.
/// </summary>
internal sealed class ClusterLoad(IReadOnlyList<Instance> instances, IReadOnlyList<Guid> orders) : IAsyncDisposable
{
    private const int Writers = 4;
    private const int Readers = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Guid, int> _acknowledged = [];
    private readonly ConcurrentQueue<string> _violations = [];
    private readonly ConcurrentDictionary<Guid, int> _hits = [];
    private Task _running = Task.CompletedTask;
    private int _changes;
    private int _reads;

    public IReadOnlyCollection<string> Violations => _violations;

    public int Changes => Volatile.Read(ref _changes);

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Statistics over more days than the load can take, in case a day begins meanwhile.</summary>
    public static GetThroughput Throughput() =>
        new(7, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));

    /// <summary>How often the cache has answered an order so far.</summary>
    public int HitsOf(Guid orderId) => _hits.GetValueOrDefault(orderId);

    public void Start() => _running = Task.WhenAll(
    [
        .. Enumerable.Range(0, Writers)
            .Select(writer => Task.Run(() => WriteAsync([.. orders.Where((_, order) => order % Writers == writer)]))),
        .. Enumerable.Range(0, Readers).Select(_ => Task.Run(() => RunAsync(ReadOneAsync))),
        Task.Run(() => RunAsync(ReadListAsync)),
        Task.Run(() => RunAsync(ReadBoardAsync)),
        Task.Run(() => RunAsync(ReadThroughputAsync)),
    ]);

    /// <summary>Ends the load, and throws what went wrong in it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<Task> read)
    {
        while (!_stop.IsCancellationRequested)
        {
            await read();
            Interlocked.Increment(ref _reads);
        }
    }

    /// <summary>
    /// Changes orders. Each order has one writer, which knows the version that was last acknowledged.
    /// </summary>
    private async Task WriteAsync(Guid[] own)
    {
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var id = own[turn % own.Length];
            var claim = turn / own.Length % 2 == 0;
            var change = await Any().SendAsync(claim ? Commands.Claim(id) : Commands.Release(id));
            if (!change.IsSuccess)
            {
                _violations.Enqueue($"{id} could not be changed: {change.Error}");
                return;
            }

            _acknowledged[id] = change.Value.Order.Version;
            Interlocked.Increment(ref _changes);
        }
    }

    private async Task ReadOneAsync()
    {
        var id = orders[Random.Shared.Next(orders.Count)];
        var atLeast = _acknowledged.GetValueOrDefault(id);
        var (order, report) = await Any().ReadReportedAsync(id);
        Check("one order", report, id, order?.Version ?? 0, atLeast);
        if (report.Outcome == CacheOutcome.Hit)
        {
            _hits.AddOrUpdate(id, 1, (_, before) => before + 1);
        }
    }

    private async Task ReadListAsync()
    {
        var atLeast = new Dictionary<Guid, int>(_acknowledged);
        var (page, report) = await Any().QueryAsync(Commands.List(limit: 100));
        CheckAll("the list", report, page.Items, atLeast);
    }

    private async Task ReadBoardAsync()
    {
        var atLeast = new Dictionary<Guid, int>(_acknowledged);
        var (board, report) = await Any().QueryAsync(new GetBoard(Limit: 100));
        CheckAll("the board", report, [.. board.Columns.SelectMany(column => column.Items)], atLeast);
        if (board.Counts.Values.Sum() != orders.Count)
        {
            _violations.Enqueue(
                $"the board ({report.Outcome}) counts {board.Counts.Values.Sum()} orders, not {orders.Count}");
        }
    }

    /// <summary>
    /// Reads the statistics. Every change of this load enters a status today, and no change is ever undone.
    /// </summary>
    private async Task ReadThroughputAsync()
    {
        var atLeast = Changes;
        var (throughput, report) = await Any().QueryAsync(Throughput());
        var entered = throughput.Days.Sum(day => day.Entered.Values.Sum());
        if (entered < atLeast && !report.IsUnverified)
        {
            _violations.Enqueue(
                $"the statistics ({report.Outcome} {report.Detail}) know {entered} changes, after {atLeast} were acknowledged");
        }
    }

    private void CheckAll(
        string where, CacheReport report, IReadOnlyList<OrderSnapshot> found, Dictionary<Guid, int> atLeast)
    {
        if (found.Count != orders.Count || !found.Select(order => order.Id).ToHashSet().SetEquals(orders))
        {
            _violations.Enqueue(
                $"{where} ({report.Outcome}) has {found.Count} orders, {found.DistinctBy(order => order.Id).Count()} different ones, not {orders.Count}");
        }

        foreach (var order in found)
        {
            Check(where, report, order.Id, order.Version, atLeast.GetValueOrDefault(order.Id));
            if (JsonSerializer.Deserialize<OrderDocument>(order.Json.Span, MesJson.Options)!.Status != order.Status)
            {
                _violations.Enqueue($"{where} has {order.Id} where its status is not");
            }
        }
    }

    private void Check(string where, CacheReport report, Guid id, int version, int atLeast)
    {
        if (version < atLeast && !report.IsUnverified)
        {
            _violations.Enqueue(
                $"{where} ({report.Outcome} {report.Detail}) told version {version} of {id}, after {atLeast} was acknowledged");
        }
    }

    private Instance Any() => instances[Random.Shared.Next(instances.Count)];
}
