using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Mes.Tests.Support;

/// <summary>A Redis Cluster for one test: three masters with one replica each, as real processes.</summary>
internal sealed class TestRedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private const int Slots = 16_384;
    private const int KeysAtOnce = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<TestRedisServer> _servers = [];
    private ConnectionMultiplexer? _connection;

    private TestRedisCluster()
    {
    }

    /// <summary>The addresses of all nodes, because any of them may be away.</summary>
    public string ConnectionString => string.Join(',', _servers.Select(server => server.ConnectionString));

    public IReadOnlyList<TestRedisServer> Servers => _servers;

    private IConnectionMultiplexer Connection => _connection!;

    public static async Task<TestRedisCluster> StartAsync()
    {
        var cluster = new TestRedisCluster();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 2 * Masters).Select(_ => cluster.StartServerAsync()));
            cluster._connection = await ConnectionMultiplexer.ConnectAsync(
                $"{cluster.ConnectionString},allowAdmin=true,abortConnect=false");
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node that currently owns the slot of this key, as the other nodes see it.</summary>
    public async Task<TestRedisServer> MasterOfAsync(string key)
    {
        var slot = Connection.GetHashSlot(key);
        foreach (var server in RunningServers())
        {
            var nodes = await NodesAsync(server);
            if (nodes.FirstOrDefault(node => node.IsMaster && !node.HasFailed && node.Has(slot)) is { } master)
            {
                return _servers.Single(candidate => candidate.Port == master.Port);
            }
        }

        throw new InvalidOperationException($"No node has the slot of {key}.");
    }

    /// <summary>The replica of a master.</summary>
    public async Task<TestRedisServer> ReplicaOfAsync(TestRedisServer master)
    {
        var nodes = await NodesAsync(RunningServers().First(server => server.Port != master.Port));
        var id = nodes.Single(node => node.Port == master.Port).Id;
        return _servers.Single(server => server.Port == nodes.First(node => node.Master == id).Port);
    }

    /// <summary>The current process of a node.</summary>
    public async Task<string> RunIdAsync(TestRedisServer server)
    {
        var info = await On(server).InfoAsync("server");
        return info.SelectMany(group => group).Single(line => line.Key == "run_id").Value;
    }

    /// <summary>The nodes that own slots, as a running node sees them.</summary>
    public async Task<IReadOnlyList<TestRedisServer>> MastersAsync()
    {
        var nodes = await NodesAsync(RunningServers().First());
        return [.. nodes.Where(node => node is { IsMaster: true, HasFailed: false, Slots.Length: > 0 })
            .Select(node => _servers.Single(server => server.Port == node.Port))];
    }

    /// <summary>
    /// Moves the slot of a key to another master, with all its keys and while clients use it, as <c>redis-cli --cluster
    /// reshard</c> does.
    /// </summary>
    public async Task MoveSlotAsync(string key, TestRedisServer from, TestRedisServer to)
    {
        var slot = Connection.GetHashSlot(key);
        var nodes = await NodesAsync(from);
        var (fromId, toId) =
            (nodes.Single(node => node.Port == from.Port).Id, nodes.Single(node => node.Port == to.Port).Id);
        await On(to).ExecuteAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
        await On(from).ExecuteAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
        while (true)
        {
            var keys = (string[])(await On(from).ExecuteAsync("CLUSTER", "GETKEYSINSLOT", slot, KeysAtOnce))!;
            if (keys.Length == 0)
            {
                break;
            }

            await On(from).ExecuteAsync("MIGRATE", ["127.0.0.1", to.Port, "", 0, 5000, "REPLACE", "KEYS", .. keys]);
        }

        // Informs the new owner first, as the manual recommends. Otherwise both nodes could think that the other owns
        // the slot.
        await On(to).ExecuteAsync("CLUSTER", "SETSLOT", slot, "NODE", toId);
        await On(from).ExecuteAsync("CLUSTER", "SETSLOT", slot, "NODE", toId);
    }

    /// <summary>
    /// Gives the slots of these keys to another master when their own is gone for good. The slots' contents are lost.
    /// </summary>
    public async Task TakeOverAsync(IReadOnlyCollection<string> keys, TestRedisServer to)
    {
        var toId = (await NodesAsync(to)).Single(node => node.Port == to.Port).Id;
        foreach (var server in (await MastersAsync()).Where(server => server.IsRunning)
            .OrderByDescending(server => server == to))
        {
            foreach (var slot in keys.Select(key => Connection.GetHashSlot(key)).Distinct())
            {
                await On(server).ExecuteAsync("CLUSTER", "SETSLOT", slot, "NODE", toId);
            }
        }

        // The higher configuration epoch makes the other nodes accept it.
        await On(to).ExecuteAsync("CLUSTER", "BUMPEPOCH");
    }

    public async Task FlushAsync()
    {
        foreach (var server in _servers)
        {
            if ((await NodesAsync(server)).Single(node => node.Port == server.Port).IsMaster)
            {
                await On(server).FlushAllDatabasesAsync();
            }
        }
    }

    /// <summary>Whether a replica takes over from a failed master. The default is yes.</summary>
    public Task LetTakeOverAsync(TestRedisServer replica, bool mayTakeOver) =>
        On(replica).ConfigSetAsync("cluster-replica-no-failover", mayTakeOver ? "no" : "yes");

    /// <summary>Makes a replica take its master's place while both run.</summary>
    public Task FailOverToAsync(TestRedisServer replica) => On(replica).ExecuteAsync("CLUSTER", "FAILOVER");

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

    private async Task StartServerAsync()
    {
        var server = await TestRedisServer.StartAsync(() =>
        [
            "--cluster-enabled", "yes",
            "--cluster-port", $"{TestRedisServer.FreePort()}",
            "--cluster-node-timeout", "1000",
            "--cluster-require-full-coverage", "no",
            "--repl-diskless-sync-delay", "0",
        ]);
        lock (_servers)
        {
            _servers.Add(server);
        }
    }

    private async Task JoinAsync()
    {
        for (var i = 0; i < Masters; i++)
        {
            await On(_servers[i]).ExecuteAsync("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            await On(_servers[i])
                .ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", Slots * i / Masters, (Slots * (i + 1) / Masters) - 1);
        }

        // Introduces every pair of nodes, because it takes seconds until they learn of each other by gossip.
        for (var i = 1; i < _servers.Count; i++)
        {
            var bus = (await On(_servers[i]).ConfigGetAsync("cluster-port")).Single().Value;
            for (var other = 0; other < i; other++)
            {
                await On(_servers[other]).ExecuteAsync("CLUSTER", "MEET", "127.0.0.1", _servers[i].Port, bus);
            }
        }

        // Until the handshake of two nodes is complete, each uses a made-up name for the other.
        var names = new HashSet<string>();
        foreach (var server in _servers)
        {
            names.Add((await NodesAsync(server)).Single(node => node.Flags.Contains("myself")).Id);
        }

        await EverywhereAsync(
            nodes => nodes.Count == names.Count && nodes.All(node => names.Contains(node.Id)), "every node knows all");
        for (var i = 0; i < Masters; i++)
        {
            var master = (await NodesAsync(_servers[i])).Single(node => node.Port == _servers[i].Port);
            await On(_servers[Masters + i]).ExecuteAsync("CLUSTER", "REPLICATE", master.Id);
        }

        await EverywhereAsync(nodes => nodes.Count(node => !node.IsMaster) == Masters, "every node knows the replicas");
        foreach (var server in _servers)
        {
            await Eventually.IsTrue(
                async () => (await InfoAsync(server, "cluster_state")) == "ok"
                    && await IsInStepAsync(server), Limit, "the cluster is whole");
        }
    }

    private async Task EverywhereAsync(Func<IReadOnlyList<Node>, bool> condition, string because)
    {
        foreach (var server in _servers)
        {
            await Eventually.IsTrue(async () => condition(await NodesAsync(server)), Limit, because);
        }
    }

    private async Task<string?> InfoAsync(TestRedisServer server, string line)
    {
        var info = await TextAsync(server, "INFO");
        return info.Split("\r\n").Select(text => text.Split(':')).FirstOrDefault(parts => parts[0] == line)?[1];
    }

    /// <summary>False for a replica that is still copying its master.</summary>
    private async Task<bool> IsInStepAsync(TestRedisServer server)
    {
        var info = await On(server).InfoAsync("replication");
        return info.SelectMany(group => group).All(line => line is not { Key: "master_link_status", Value: not "up" });
    }

    private async Task<IReadOnlyList<Node>> NodesAsync(TestRedisServer server) =>
        [.. (await TextAsync(server, "NODES")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Node.Parse)];

    /// <summary>Removes the prefix by which a verbatim string of RESP3 says that it is text.</summary>
    private async Task<string> TextAsync(TestRedisServer server, string subcommand)
    {
        var text = (string)(await On(server).ExecuteAsync("CLUSTER", subcommand))!;
        return text.StartsWith("txt:", StringComparison.Ordinal) ? text[4..] : text;
    }

    private IServer On(TestRedisServer server) => Connection.GetServer(new IPEndPoint(IPAddress.Loopback, server.Port));

    private IEnumerable<TestRedisServer> RunningServers() =>
        _servers.Where(server => server.IsRunning && On(server).IsConnected);

    private sealed record Node(string Id, int Port, string[] Flags, string Master, string[] Slots)
    {
        public bool IsMaster => Flags.Contains("master");

        public bool HasFailed => Flags.Contains("fail") || Flags.Contains("fail?");

        public static Node Parse(string line)
        {
            var words = line.Split(' ');
            var port = words[1].Split('@')[0].Split(':')[^1];
            return new Node(
                words[0], int.Parse(port, CultureInfo.InvariantCulture), words[2].Split(','), words[3], words[8..]);
        }

        public bool Has(int slot) => Slots.Where(range => range[0] != '[').Select(range => range.Split('-')).Any(ends =>
            int.Parse(ends[0], CultureInfo.InvariantCulture) <= slot
                && slot <= int.Parse(ends[^1], CultureInfo.InvariantCulture));
    }
}
