using System.Diagnostics;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Mes.Chaos.Cluster;

/// <summary>A private Redis Cluster: three masters, each with a replica.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private const int Slots = 16_384;
    private const int KeysAtOnce = 50;
    private const int AskAgainMilliseconds = 2000;

    private readonly List<RedisServer> _servers = [];
    private ConnectionMultiplexer? _connection;

    private RedisCluster()
    {
    }

    /// <summary>All nodes.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>The addresses of all nodes, because any of them may be away.</summary>
    public string ConnectionString => string.Join(',', _servers.Select(server => $"127.0.0.1:{server.Port}"));

    private ConnectionMultiplexer Connection => _connection!;

    public static async Task<RedisCluster> StartAsync(string directory)
    {
        var cluster = new RedisCluster();
        for (var i = 1; i <= 2 * Masters; i++)
        {
            cluster._servers.Add(new RedisServer(
                directory,
                $"redis-{i}",
                "--cluster-enabled", "yes",
                "--cluster-port", $"{Ports.Free()}",
                "--cluster-node-timeout", "1000",
                "--cluster-require-full-coverage", "no",
                "--cluster-allow-replica-migration", "no")); // A master that has lost its last slot stays a master.
        }

        try
        {
            await Task.WhenAll(cluster._servers.Select(server => server.StartAsync()));
            cluster._connection = await ConnectionMultiplexer.ConnectAsync(
                $"{cluster.ConnectionString},allowAdmin=true,abortConnect=false,connectTimeout=1000,asyncTimeout=5000,connectRetry=1");
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The masters, with or without slots, as the running nodes see them; in the order of <see cref="Servers"/>.
    /// </summary>
    public async Task<IReadOnlyList<RedisServer>> MastersAsync()
    {
        var nodes = await NodesAsync(_servers.First(server => server.IsRunning));
        return [.. _servers.Where(
            server => nodes.Any(node => node.Port == server.Port && node.IsMaster && !node.HasFailed))];
    }

    /// <summary>The node that owns the slot of this key.</summary>
    public async Task<RedisServer> MasterOfAsync(string key)
    {
        var slot = Connection.GetHashSlot(key);
        var nodes = await NodesAsync(_servers.First(server => server.IsRunning));
        return ServerOf(nodes.Single(node => node.IsMaster && node.Has(slot)));
    }

    public async Task<RedisServer> ReplicaOfAsync(RedisServer master)
    {
        var nodes = await NodesAsync(master);
        var id = IdOf(nodes, master);
        return ServerOf(nodes.Single(node => node.Master == id));
    }

    /// <summary>
    /// Moves the slot of a key, with all its keys, to another master while clients use it, as an operator would.
    /// </summary>
    public async Task MoveSlotAsync(string key, RedisServer from, RedisServer to)
    {
        var slot = Connection.GetHashSlot(key);
        var nodes = await NodesAsync(from);
        await ExecuteAsync(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", IdOf(nodes, from));
        await ExecuteAsync(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", IdOf(nodes, to));
        while ((RedisKey[])(
            await ExecuteAsync(from, "CLUSTER", "GETKEYSINSLOT", slot, KeysAtOnce))! is { Length: > 0 } keys)
        {
            await ExecuteAsync(from, "MIGRATE", ["127.0.0.1", to.Port, "", 0, 5000, "REPLACE", "KEYS", .. keys]);
        }

        await ExecuteAsync(to, "CLUSTER", "SETSLOT", slot, "NODE", IdOf(nodes, to));
        await ExecuteAsync(from, "CLUSTER", "SETSLOT", slot, "NODE", IdOf(nodes, to));
    }

    /// <summary>Makes a replica take its master's place, however much of the data it has.</summary>
    public Task TakeOverAsync(RedisServer replica) => ExecuteAsync(replica, "CLUSTER", "FAILOVER", "TAKEOVER");

    /// <summary>Makes a replica take its master's place with all of the data.</summary>
    public async Task FailOverAsync(RedisServer replica)
    {
        // A master that does not know this replica yet ignores the request, so the loop repeats it.
        var asked = Stopwatch.StartNew();
        await ExecuteAsync(replica, "CLUSTER", "FAILOVER");
        await Waiting.UntilAsync(
            async () =>
            {
                if (!await replica.IsReplicaAsync())
                {
                    return true;
                }

                if (asked.ElapsedMilliseconds > AskAgainMilliseconds)
                {
                    asked.Restart();
                    await ExecuteAsync(replica, "CLUSTER", "FAILOVER");
                }

                return false;
            },
            $"node {replica.Port} is a master");
    }

    /// <summary>Waits until every node runs and knows three masters, and every replica has its master's data.</summary>
    public async Task WaitUntilWholeAsync()
    {
        foreach (var server in _servers)
        {
            await Waiting.UntilAsync(
                async () => (await TextAsync(server, "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal)
                    && (await NodesAsync(server)) is var nodes
                    && nodes.Count(node => node.IsMaster) == Masters
                    && nodes.All(node => !node.HasFailed
                        && (node.IsMaster ? nodes.Count(other => other.Master == node.Id) == 1 : node.IsLinked))
                    && (!await server.IsReplicaAsync() || await server.IsInStepAsync()),
                $"node {server.Port} of the cluster is whole");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task JoinAsync()
    {
        for (var i = 0; i < Masters; i++)
        {
            await ExecuteAsync(_servers[i], "CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            await ExecuteAsync(
                _servers[i], "CLUSTER", "ADDSLOTSRANGE", Slots * i / Masters, (Slots * (i + 1) / Masters) - 1);
        }

        foreach (var server in _servers.Skip(1))
        {
            var bus = (await On(server).ConfigGetAsync("cluster-port")).Single().Value;
            await ExecuteAsync(_servers[0], "CLUSTER", "MEET", "127.0.0.1", server.Port, bus);
        }

        foreach (var server in _servers)
        {
            await Waiting.UntilAsync(
                async () => (await NodesAsync(server)).Count == _servers.Count, "every node knows all");
        }

        for (var i = 0; i < Masters; i++)
        {
            await ExecuteAsync(
                _servers[Masters + i], "CLUSTER", "REPLICATE", IdOf(await NodesAsync(_servers[i]), _servers[i]));
        }

        await WaitUntilWholeAsync();
    }

    private IServer On(RedisServer server) => Connection.GetServer(new IPEndPoint(IPAddress.Loopback, server.Port));

    private Task<RedisResult> ExecuteAsync(RedisServer server, string command, params object[] arguments) =>
        On(server).ExecuteAsync(command, arguments);

    private RedisServer ServerOf(Node node) => _servers.Single(server => server.Port == node.Port);

    private static string IdOf(IEnumerable<Node> nodes, RedisServer server) =>
        nodes.Single(node => node.Port == server.Port).Id;

    private async Task<IReadOnlyList<Node>> NodesAsync(RedisServer server) =>
        [.. (await TextAsync(server, "NODES")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Node.Parse)];

    /// <summary>Removes the prefix by which a verbatim string of RESP3 says that it is text.</summary>
    private async Task<string> TextAsync(RedisServer server, string subcommand)
    {
        var text = (string)(await ExecuteAsync(server, "CLUSTER", subcommand))!;
        return text.StartsWith("txt:", StringComparison.Ordinal) ? text[4..] : text;
    }

    /// <param name="Master">The master's id; <c>-</c> if the node is a master itself.</param>
    private sealed record Node(string Id, int Port, string[] Flags, string Master, bool IsLinked, string[] Slots)
    {
        public bool IsMaster => Flags.Contains("master");

        public bool HasFailed => Flags.Contains("fail") || Flags.Contains("fail?");

        public static Node Parse(string line)
        {
            var words = line.Split(' ');
            var port = words[1].Split('@')[0].Split(':')[^1];
            return new Node(words[0], int.Parse(port, CultureInfo.InvariantCulture), words[2].Split(','), words[3],
                words[7] == "connected", words[8..]);
        }

        public bool Has(int slot) => Slots.Where(range => range[0] != '[').Select(range => range.Split('-')).Any(ends =>
            int.Parse(ends[0], CultureInfo.InvariantCulture) <= slot
                && slot <= int.Parse(ends[^1], CultureInfo.InvariantCulture));
    }
}
