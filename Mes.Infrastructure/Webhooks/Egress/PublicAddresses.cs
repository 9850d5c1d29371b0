using System.Net;
using System.Net.Sockets;

namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>
/// Which addresses are globally reachable, by IANA's registries of special-purpose addresses (RFC 6890). Addresses of
/// version 6 that carry one of version 4, or lead to one (NAT64, 6to4, Teredo), are not: they could lead anywhere.
/// </summary>
internal static class PublicAddresses
{
    /// <summary>The longest prefix that an address has decides. What has none is not reachable.</summary>
    private static readonly (IPNetwork Network, bool IsReachable)[] Networks =
        [
            .. new (string, bool)[]
            {
                ("0.0.0.0/0", true),
                ("0.0.0.0/8", false), // this network
                ("10.0.0.0/8", false), // private
                ("100.64.0.0/10", false), // shared by carriers
                ("127.0.0.0/8", false), // loopback
                ("169.254.0.0/16", false), // link-local, and the metadata of clouds
                ("172.16.0.0/12", false), // private
                ("192.0.0.0/24", false), // protocol assignments
                ("192.0.0.9/32", true), // Port Control Protocol
                ("192.0.0.10/32", true), // TURN
                ("192.0.2.0/24", false), // documentation
                ("192.88.99.0/24", false), // 6to4 relays, deprecated
                ("192.168.0.0/16", false), // private
                ("198.18.0.0/15", false), // benchmarking
                ("198.51.100.0/24", false), // documentation
                ("203.0.113.0/24", false), // documentation
                ("224.0.0.0/4", false), // multicast
                ("240.0.0.0/4", false), // reserved, and broadcast
                ("2000::/3", true), // global unicast; everything outside of it is special
                ("2001::/23", false), // protocol assignments, Teredo among them
                ("2001:1::1/128", true), // Port Control Protocol
                ("2001:1::2/128", true), // TURN
                ("2001:1::3/128", true), // DNS-SD
                ("2001:3::/32", true), // AMT
                ("2001:4:112::/48", true), // AS112
                ("2001:20::/28", true), // ORCHIDv2
                ("2001:30::/28", true), // drone remote ids
                ("2001:db8::/32", false), // documentation
                ("2002::/16", false), // 6to4
                ("3fff::/20", false), // documentation
            }.Select(row => (IPNetwork.Parse(row.Item1), row.Item2))
            .OrderByDescending(row => row.Item1.PrefixLength),
        ];

    public static bool IsReachable(IPAddress address) =>
        address is not { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }
        && !address.IsIPv4MappedToIPv6 // A network of version 4 contains these, too.
        && Networks.FirstOrDefault(row => row.Network.Contains(address)).IsReachable;
}
