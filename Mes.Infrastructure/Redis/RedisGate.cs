using System.Net;
using Mes.Application.Caching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// The one way to Redis: knows which server has which cell. On a single Redis that is one for all. On a Redis Cluster each master
/// that has cells is a <see cref="RedisNode"/> with a connection, a budget and a circuit of its own, so that one that is away does not
/// hold up the others; and what it answers cannot have come from another: no command follows a redirection (flag
/// <see cref="CommandFlags.NoRedirect"/>), and a server that no longer has a cell says so itself.
/// </summary>
internal sealed partial class RedisGate(
    RedisConnection connection,
    Cells cells,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<RedisGate> logger)
    : BackgroundService, ICacheHealth
{
    /// <summary>As an operation: to find out whether it is a cluster.</summary>
    private const string Recognition = "recognise";

    /// <summary>How often it is looked whether the cells are still where they were; at once where there is trouble.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _attention = new(0);

    /// <summary>By cell.</summary>
    private volatile Place?[] _places = new Place?[cells.Count];

    public bool IsDisabled => false;

    public bool IsReachable(int cell) => _places[cell] is { Node.IsReachable: true };

    public bool IsAnswering(int cell) => _places[cell] is { Node.IsAnswering: true };

    public bool IsWorking(int cell) => _places[cell] is { Node.IsWorking: true };

    public async ValueTask<bool> CanWriteAsync(int cell) => _places[cell] is { } place && await place.Node.CanWriteAsync(cell);

    public string? TroubleWith(int cell) => _places[cell] is { } place ? place.Node.Trouble : connection.Refusals.Trouble;

    public DataSet? Connected(int cell) => _places[cell]?.Node.Connected;

    public CellAssignment? Assigned(int cell) => _places[cell] is { } place && place.Node.Connected is { } dataSet
        ? new CellAssignment(dataSet, Math.Max(dataSet.IdentifiedAt, place.Since))
        : null;

    /// <param name="operation">For metrics and traces; one of a few.</param>
    /// <param name="ask">With <see cref="CommandFlags.NoRedirect"/>.</param>
    public ValueTask<RedisAnswer<T>> AskAsync<TState, T>(int cell, string operation, TState state, Func<IDatabase, TState, Task<T>> ask) =>
        AskAsync(cell, operation, options.Value.Budget, state, ask);

    /// <param name="operation">For metrics and traces; one of a few.</param>
    /// <param name="budget">How long to wait for the answer.</param>
    /// <param name="ask">With <see cref="CommandFlags.NoRedirect"/>.</param>
    public ValueTask<RedisAnswer<T>> AskAsync<TState, T>(int cell, string operation, TimeSpan budget, TState state, Func<IDatabase, TState, Task<T>> ask) =>
        _places[cell] is { } place ? place.Node.AskAsync(operation, budget, state, ask) : new(RedisAnswer<T>.None(BypassReason.Unreachable));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        if (await IsClusterAsync(multiplexer, stoppingToken))
        {
            await FollowAsync(new ClusterMap(multiplexer, cells), stoppingToken);
        }
        else
        {
            var node = NodeOf(connection, static () => { });
            _places = [.. Enumerable.Repeat(new Place(node, long.MinValue), cells.Count)];
            await node.RunAsync(stoppingToken);
        }
    }

    private RedisNode NodeOf(RedisConnection to, Action trouble) => new(to, options.Value, metrics, clock, logger, trouble);

    private async Task<bool> IsClusterAsync(IConnectionMultiplexer multiplexer, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            foreach (var server in multiplexer.GetServers())
            {
                try
                {
                    var info = await server.InfoAsync("server").WaitAsync(RedisProbe.Budget, clock, stoppingToken);
                    connection.Refusals.Worked(Recognition, out _);
                    return info.SelectMany(group => group).Any(line => line is { Key: "redis_mode", Value: "cluster" });
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    StillAway(exception.GetType().Name);
                    if (connection.TroubleOf(exception) is { } trouble && connection.Refusals.Refused(Recognition, trouble, trouble))
                    {
                        InTrouble(connection.Description, trouble);
                    }
                }
            }

            // The first tries may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && connection.Refusals.Trouble is null)
            {
                NotUsable(connection.Description);
            }

            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <summary>Keeps a node for each master that has cells.</summary>
    private async Task FollowAsync(ClusterMap map, CancellationToken stoppingToken)
    {
        var running = new Dictionary<EndPoint, RunningNode>();
        var ending = new List<Task>();
        try
        {
            while (true)
            {
                var askedAt = clock.GetTimestamp();
                Follow(await map.ReadAsync(RedisProbe.Budget, clock, stoppingToken), askedAt, running, ending, stoppingToken);
                await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
                if (_places.All(place => place is { Node.IsAnswering: true }))
                {
                    await _attention.WaitAsync(LookInterval, stoppingToken);
                }

                while (_attention.Wait(0, CancellationToken.None))
                {
                    // All calls are answered by one look.
                }
            }
        }
        finally
        {
            await Task.WhenAll([.. ending, .. running.Values.Select(node => node.EndAsync())]);
        }
    }

    private void Follow(
        EndPoint?[] masters, long askedAt, Dictionary<EndPoint, RunningNode> running, List<Task> ending, CancellationToken stoppingToken)
    {
        var places = new Place?[cells.Count];
        for (var cell = 0; cell < places.Length; cell++)
        {
            if (masters[cell] is not { } master)
            {
                // Nobody could be asked, or nobody has it: whoever had it last will say so.
                places[cell] = _places[cell];
                continue;
            }

            if (!running.TryGetValue(master, out var known))
            {
                HasCells(master);
                var to = connection.To(master);
                known = new RunningNode(NodeOf(to, CallForAttention), to, stoppingToken);
                running[master] = known;
            }

            known.Node.Cell = cell;
            places[cell] = _places[cell] is { } place && place.Node == known.Node ? place : new Place(known.Node, askedAt);
        }

        _places = places;
        foreach (var (master, node) in running.Where(node => !places.Any(place => place?.Node == node.Value.Node)).ToArray())
        {
            HasNoCells(master);
            running.Remove(master);
            ending.Add(node.EndAsync());
        }

        ending.RemoveAll(end => end.IsCompletedSuccessfully);
    }

    private void CallForAttention()
    {
        if (_attention.CurrentCount == 0)
        {
            _attention.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} does not answer; trying on")]
    private partial void NotUsable(string redis);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} cannot be used: it {Trouble}; trying on")]
    private partial void InTrouble(string redis, string trouble);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis still does not answer: {Error}")]
    private partial void StillAway(string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The master {Master} of the Redis Cluster has cells of the cache")]
    private partial void HasCells(EndPoint master);

    [LoggerMessage(Level = LogLevel.Information, Message = "The master {Master} of the Redis Cluster has no cells of the cache any more")]
    private partial void HasNoCells(EndPoint master);

    /// <param name="Since">A timestamp: not before it was the cell found there.</param>
    private sealed record Place(RedisNode Node, long Since);

    /// <summary>A node that is kept identified.</summary>
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

        public async Task EndAsync()
        {
            await _stop.CancelAsync();
            await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _connection.DisposeAsync();
            _stop.Dispose();
        }
    }
}
