using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>Which master of a Redis Cluster has which cell, as its nodes say.</summary>
internal sealed class ClusterMap(IConnectionMultiplexer multiplexer, Cells cells)
{
    // <id> <address:port@bus,host> <flags> <master> <ping> <pong> <configuration epoch> <link> <slot> <slot-slot> …
    private const int Address = 1;
    private const int Flags = 2;
    private const int ConfigurationEpoch = 6;
    private const int FirstSlot = 8;

    private readonly int[] _slots = [.. Enumerable.Range(0, cells.Count).Select(cell => multiplexer.GetHashSlot($"mes:{{{cell}}}:"))];

    /// <returns>The master of each cell; null where no node knows one.</returns>
    /// <remarks>
    /// Where nodes disagree, the newest configuration is right: a master that was replaced while it was cut off still claims its slots.
    /// </remarks>
    public async Task<EndPoint?[]> ReadAsync(TimeSpan budget, TimeProvider clock, CancellationToken cancellationToken)
    {
        var servers = multiplexer.GetServers().Where(server => server.IsConnected);
        var answers = await Task.WhenAll(servers.Select(async server =>
        {
            try
            {
                return (server.EndPoint, Nodes: await server.ClusterNodesRawAsync().WaitAsync(budget, clock, cancellationToken));
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The others are asked as well.
                return (server.EndPoint, Nodes: null);
            }
        }));

        var claims = answers.SelectMany(answer => Claims(answer.EndPoint, answer.Nodes ?? string.Empty)).OrderByDescending(claim => claim.Epoch).ToArray();
        return [.. _slots.Select(slot => claims.FirstOrDefault(claim => claim.Has(slot))?.Master)];
    }

    private static IEnumerable<Claim> Claims(EndPoint toldBy, string nodes)
    {
        foreach (var line in nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.TrimEnd('\r').Split(' ');
            if (words.Length <= FirstSlot || !words[Flags].Split(',').Contains("master") || EndPointOf(words[Address], toldBy) is not { } master)
            {
                continue;
            }

            // In brackets are slots that are under way from or to another node: they count as where they were.
            var ranges = words[FirstSlot..].Where(word => !word.StartsWith('[')).Select(word => word.Split('-'))
                .Select(ends => (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture)));
            yield return new Claim(master, long.Parse(words[ConfigurationEpoch], CultureInfo.InvariantCulture), [.. ranges]);
        }
    }

    /// <returns>Null when its address is not known.</returns>
    private static EndPoint? EndPointOf(string address, EndPoint toldBy)
    {
        var hostAndPort = address.Split('@')[0];
        var colon = hostAndPort.LastIndexOf(':');
        var port = int.Parse(hostAndPort[(colon + 1)..], CultureInfo.InvariantCulture);
        return (hostAndPort[..colon], port) switch
        {
            (_, 0) => null,
            ("", _) => toldBy, // A node that has met no other does not know its own address.
            var (host, _) when IPAddress.TryParse(host, out var ip) => new IPEndPoint(ip, port),
            var (host, _) => new DnsEndPoint(host, port),
        };
    }

    private sealed record Claim(EndPoint Master, long Epoch, (int First, int Last)[] Slots)
    {
        public bool Has(int slot) => Slots.Any(range => range.First <= slot && slot <= range.Last);
    }
}
