using System.Net;

namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>Finds the addresses of a host.</summary>
internal interface IHostAddresses
{
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known, or cannot be looked up.</exception>
    Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken);
}
