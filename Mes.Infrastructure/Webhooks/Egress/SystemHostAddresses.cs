using System.Net;

namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>The addresses that the system's resolver knows.</summary>
internal sealed class SystemHostAddresses : IHostAddresses
{
    public Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}
