using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>Finds the master of each cell in a Redis Cluster by asking all its nodes.</summary>
internal sealed class ClusterMap(IConnectionMultiplexer multiplexer, Cells cells)
{
    // <id> <address:port@bus,host> <flags> <master> <ping> <pong> <configuration epoch> <link> <slot> <slot-slot> …
    private const int Address = 1;
    private const int Flags = 2;
    private const int ConfigurationEpoch = 6;
    private const int FirstSlot = 8;

    private readonly int[] _slots =
        [.. Enumerable.Range(0, cells.Count).Select(cell => multiplexer.GetHashSlot($"mes:{{{cell}}}:"))];

    /// <returns>The master of each cell; null if no node knows one.</returns>
    /// <remarks>
    /// If nodes disagree, the newest configuration is right: a master that was replaced while it was cut off still
    /// claims its slots.
    /// </remarks>
    public async Task<EndPoint?[]> ReadAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var servers = multiplexer.GetServers().Where(server => server.IsConnected);
        var replies = await Task.WhenAll(servers.Select(async server =>
        {
            try
            {
                var nodes = await server.ClusterNodesRawAsync().WaitAsync(timeout, clock, cancellationToken);
                return (server.EndPoint, Nodes: nodes);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The other nodes know as well.
                return (server.EndPoint, Nodes: null);
            }
        }));

        var claims = replies
            .SelectMany(reply => Claims(reply.EndPoint, reply.Nodes ?? string.Empty))
            .OrderByDescending(claim => claim.Epoch)
            .ToArray();
        return [.. _slots.Select(slot => claims.FirstOrDefault(claim => claim.Has(slot))?.Master)];
    }

    private static IEnumerable<Claim> Claims(EndPoint toldBy, string nodes)
    {
        foreach (var line in nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.TrimEnd('\r').Split(' ');
            if (words.Length <= FirstSlot
                || !words[Flags].Split(',').Contains("master")
                || EndPointOf(words[Address], toldBy) is not { } master)
            {
                continue;
            }

            // Slots in brackets are migrating from or to another node. They count as still being where they were.
            var ranges = words[FirstSlot..]
                .Where(word => !word.StartsWith('['))
                .Select(word => word.Split('-'))
                .Select(ends => (Number(ends[0]), Number(ends[^1])));
            var epoch = long.Parse(words[ConfigurationEpoch], CultureInfo.InvariantCulture);
            yield return new Claim(master, epoch, [.. ranges]);
        }
    }

    /// <returns>Null if the address is not known.</returns>
    private static EndPoint? EndPointOf(string address, EndPoint toldBy)
    {
        var hostAndPort = address.Split('@')[0];
        var colon = hostAndPort.LastIndexOf(':');
        var port = Number(hostAndPort[(colon + 1)..]);
        return (hostAndPort[..colon], port) switch
        {
            (_, 0) => null,
            ("", _) => toldBy, // A node that has met no other does not know its own address.
            var (host, _) when IPAddress.TryParse(host, out var ip) => new IPEndPoint(ip, port),
            var (host, _) => new DnsEndPoint(host, port),
        };
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private sealed record Claim(EndPoint Master, long Epoch, (int First, int Last)[] Slots)
    {
        public bool Has(int slot) => Slots.Any(range => range.First <= slot && slot <= range.Last);
    }
}
