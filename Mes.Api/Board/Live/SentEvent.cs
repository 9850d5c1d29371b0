using System.Text;

namespace Mes.Api.Board.Live;

/// <summary>
/// An event of the stream but for its id, in the bytes that go out: the same for every follower (HTML standard, section
/// "Server-sent events").
/// </summary>
internal static class SentEvent
{
    public static byte[] Of(string name, ReadOnlySpan<byte> json) =>
        [.. Encoding.ASCII.GetBytes($"event: {name}\ndata: "), .. json, (byte)'\n'];

    /// <summary>The line that ends an event and says where to go on behind it.</summary>
    public static byte[] Id(string place) => Encoding.ASCII.GetBytes($"id: {place}\n\n");
}
