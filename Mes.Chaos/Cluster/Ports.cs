using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mes.Chaos.Cluster;

internal static class Ports
{
    private const int First = 20000;
    private const int End = 32000;

    /// <summary>
    /// Below the ports that the system hands out to clients: while a server is stopped, a client could otherwise be
    /// given its port, and the server could not start again.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another one.
            }
        }
    }
}
