using System.Text;
using Mes.Infrastructure.Caching.Entries;

namespace Mes.Tests.Caching.Support;

/// <summary>Entries whose version is proven, in whatever layout, and of which nothing else need be right.</summary>
internal static class ProvenEntry
{
    /// <param name="rest">What stands in the line behind version and length.</param>
    public static string Of(Guid orderId, int layout, int version, string rest = "as yet unknown", string json = "{}")
    {
        var line = $"{version} {Encoding.UTF8.GetByteCount(json)} {rest} ";
        var proof = new byte[8];
        EntryCodec.Prove(orderId, Encoding.UTF8.GetBytes(line), proof);
        return $"MES {layout} {line}{Encoding.ASCII.GetString(proof)} 00000000\n{json}";
    }

    /// <summary>The same entry with another version in its first line: what a spoiled one looks like.</summary>
    public static string WithVersion(string entry, int version)
    {
        var words = entry.Split(' ', 4);
        return $"{words[0]} {words[1]} {version} {words[3]}";
    }
}
