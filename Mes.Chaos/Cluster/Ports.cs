using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mes.Chaos.Cluster;

internal static class Ports
{
    private const int First = 20000;
    private const int End = 32000;

    /// <summary>
    /// A port below those that the system hands out to clients. Otherwise a client could get the port of a stopped
    /// server, and the server could not start again.
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
                // The port is taken: try another one.
            }
        }
    }
}
