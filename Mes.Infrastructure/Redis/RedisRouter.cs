using System.Net;
using Mes.Application.Caching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Sends commands to the server that has the cell. A single Redis has all cells. On a Redis Cluster each master that
/// has cells is a <see cref="RedisNode"/> with its own connection, timeouts and circuit, so a master that is away does
/// not delay the others. A reply cannot come from another server than the node's: no command follows a redirection
/// (<see cref="CommandFlags.NoRedirect"/>), and a server that no longer has a cell says so.
/// </summary>
internal sealed class RedisRouter(
    RedisConnection connection,
    Cells cells,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<RedisRouter> logger)
    : BackgroundService, ICacheHealth
{
    /// <summary>The operation that finds out whether Redis is a cluster.</summary>
    private const string RecogniseOperation = "recognise";

    /// <summary>How often the router checks where the cells are. If there is trouble, it checks at once.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _checkRequests = new(0);

    /// <summary>The route to each cell.</summary>
    private volatile Route?[] _routes = new Route?[cells.Count];

    public bool IsDisabled => false;

    public bool IsAnswering(int cell) => _routes[cell] is { Node.IsAnswering: true };

    public bool HasRecovered(int cell) => _routes[cell] is { Node.HasRecovered: true };

    public async ValueTask<bool> CanWriteAsync(int cell) =>
        _routes[cell] is { } route && await route.Node.CanWriteAsync(cell);

    public string? TroubleWith(int cell) =>
        _routes[cell] is { } route ? route.Node.Trouble : connection.Refusals.Trouble;

    public DataSet? Connected(int cell) => _routes[cell]?.Node.Connected;

    public CellAssignment? Assigned(int cell) => _routes[cell] is { } route && route.Node.Connected is { } dataSet
        ? new CellAssignment(dataSet, Math.Max(dataSet.IdentifiedAt, route.Since))
        : null;

    /// <summary>Sends a command with the timeout for reads.</summary>
    /// <inheritdoc cref="SendAsync{TState,T}(int,string,TimeSpan,TState,Func{IDatabase,TState,Task{T}},int)"/>
    public ValueTask<RedisReply<T>> SendAsync<TState, T>(
        int cell, string operation, TState state, Func<IDatabase, TState, Task<T>> send) =>
        SendAsync(cell, operation, options.Value.ReadTimeout, state, send);

    /// <summary>Sends a command to the server that has a cell.</summary>
    /// <param name="operation">One of a few names, for metrics and traces.</param>
    /// <param name="timeout">How long to wait for the reply.</param>
    /// <param name="send">Must use <see cref="CommandFlags.NoRedirect"/>.</param>
    /// <param name="requests">How many requests wait for the reply: without one, so many have failed.</param>
    public ValueTask<RedisReply<T>> SendAsync<TState, T>(
        int cell,
        string operation,
        TimeSpan timeout,
        TState state,
        Func<IDatabase, TState, Task<T>> send,
        int requests = 1) =>
        _routes[cell] is { } route
            ? route.Node.SendAsync(operation, timeout, state, send, requests)
            : new(RedisReply<T>.Failed(BypassReason.Unreachable));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        if (await IsClusterAsync(multiplexer, stoppingToken))
        {
            await FollowClusterAsync(new ClusterMap(multiplexer, cells), stoppingToken);
        }
        else
        {
            var node = NodeOf(connection, static () => { });
            _routes = [.. Enumerable.Repeat(new Route(node, long.MinValue), cells.Count)];
            await node.RunAsync(stoppingToken);
        }
    }

    private RedisNode NodeOf(RedisConnection to, Action onTrouble) =>
        new(to, options.Value, metrics, clock, logger, onTrouble);

    private async Task<bool> IsClusterAsync(IConnectionMultiplexer multiplexer, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            foreach (var server in multiplexer.GetServers())
            {
                try
                {
                    var info = await server.InfoAsync("server").WaitAsync(RedisProbe.Timeout, clock, stoppingToken);
                    connection.Refusals.Worked(RecogniseOperation, out _);
                    return info.SelectMany(group => group).Any(line => line is { Key: "redis_mode", Value: "cluster" });
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.StillAway(exception.GetType().Name);
                    if (connection.TroubleOf(exception) is { } trouble
                        && connection.Refusals.Refused(RecogniseOperation, trouble, trouble))
                    {
                        logger.InTrouble(connection.Description, trouble);
                    }
                }
            }

            // The first attempts may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && connection.Refusals.Trouble is null)
            {
                logger.NotAnswering(connection.Description);
            }

            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <summary>Keeps a node for each master that has cells, and the routes to them up to date.</summary>
    private async Task FollowClusterAsync(ClusterMap map, CancellationToken stoppingToken)
    {
        var running = new Dictionary<EndPoint, RunningNode>();
        var stopping = new List<Task>();
        try
        {
            while (true)
            {
                var askedAt = clock.GetTimestamp();
                var masters = await map.ReadAsync(RedisProbe.Timeout, clock, stoppingToken);
                UpdateRoutes(masters, askedAt, running, stopping, stoppingToken);
                await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
                if (_routes.All(route => route is { Node.IsAnswering: true }))
                {
                    await _checkRequests.WaitAsync(CheckInterval, stoppingToken);
                }

                while (_checkRequests.Wait(0, CancellationToken.None))
                {
                    // One check serves all requests.
                }
            }
        }
        finally
        {
            await Task.WhenAll([.. stopping, .. running.Values.Select(node => node.StopAsync())]);
        }
    }

    private void UpdateRoutes(
        EndPoint?[] masters,
        long askedAt,
        Dictionary<EndPoint, RunningNode> running,
        List<Task> stopping,
        CancellationToken stoppingToken)
    {
        var routes = new Route?[cells.Count];
        for (var cell = 0; cell < routes.Length; cell++)
        {
            if (masters[cell] is not { } master)
            {
                // No node answered, or no master has the cell. The one that had it last replies with an error if it
                // does not have it any more.
                routes[cell] = _routes[cell];
                continue;
            }

            if (!running.TryGetValue(master, out var known))
            {
                logger.HasCells(master);
                var to = connection.To(master);
                known = new RunningNode(NodeOf(to, RequestCheck), to, stoppingToken);
                running[master] = known;
            }

            known.Node.Cell = cell;
            routes[cell] = _routes[cell] is { } route && route.Node == known.Node
                ? route
                : new Route(known.Node, askedAt);
        }

        _routes = routes;
        var unused = running.Where(node => !routes.Any(route => route?.Node == node.Value.Node)).ToArray();
        foreach (var (master, node) in unused)
        {
            logger.HasNoCells(master);
            running.Remove(master);
            stopping.Add(node.StopAsync());
        }

        stopping.RemoveAll(stop => stop.IsCompletedSuccessfully);
    }

    private void RequestCheck()
    {
        if (_checkRequests.CurrentCount == 0)
        {
            _checkRequests.Release();
        }
    }

    /// <param name="Node">The node that has the cell.</param>
    /// <param name="Since">A timestamp: the cell was found there at this moment or later.</param>
    private sealed record Route(RedisNode Node, long Since);

    /// <summary>A node whose background work runs.</summary>
    private sealed class RunningNode
    {
        private readonly RedisConnection _connection;
        private readonly CancellationTokenSource _stop;
        private readonly Task _run;

        public RunningNode(RedisNode node, RedisConnection connection, CancellationToken stoppingToken)
        {
            (Node, _connection) = (node, connection);
            _stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _run = node.RunAsync(_stop.Token);
        }

        public RedisNode Node { get; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _connection.DisposeAsync();
            _stop.Dispose();
        }
    }
}
