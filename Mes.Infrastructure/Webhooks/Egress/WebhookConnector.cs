using System.Net;
using System.Net.Sockets;

namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>
/// Makes the connections to receivers. It decides by the address that it connects to, so a name that changes its answer
/// between two look-ups gains nothing.
/// </summary>
internal sealed class WebhookConnector(IHostAddresses hosts, WebhookSettings settings)
{
    /// <exception cref="EgressException">
    /// The name is not known, all its addresses are refused, or none of them answers.
    /// </exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await FindAsync(host, cancellationToken);
        if (!IsProxy(host, port) && !settings.AllowPrivateAddresses)
        {
            addresses = [.. addresses.Where(PublicAddresses.IsReachable)];
            if (addresses.Length == 0)
            {
                throw new EgressException(DeliveryErrors.Address);
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException)
            {
                throw new EgressException(DeliveryErrors.Connect, exception);
            }

            throw;
        }
    }

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await hosts.FindAsync(host, cancellationToken) is { Length: > 0 } found
                ? found
                : throw new EgressException(DeliveryErrors.Dns);
        }
        catch (SocketException exception)
        {
            throw new EgressException(DeliveryErrors.Dns, exception);
        }
    }

    /// <summary>The installation's own proxy may be anywhere; where it connects to is its own decision.</summary>
    private bool IsProxy(string host, int port) =>
        settings.Proxy is { } proxy && proxy.IdnHost == host && proxy.Port == port;
}
