using System.Text;
using Mes.Infrastructure.Caching.Entries;

namespace Mes.Tests.Caching.Support;

/// <summary>Entries of any layout whose version is proven. The rest of their content may be wrong.</summary>
internal static class ProvenEntry
{
    /// <param name="rest">The rest of the line, after version and length.</param>
    public static string Of(Guid orderId, int layout, int version, string rest = "as yet unknown", string json = "{}")
    {
        var line = $"{version} {Encoding.UTF8.GetByteCount(json)} {rest} ";
        var proof = new byte[8];
        EntryCodec.Prove(orderId, Encoding.UTF8.GetBytes(line), proof);
        return $"MES {layout} {line}{Encoding.ASCII.GetString(proof)} 00000000\n{json}";
    }

    /// <summary>The same entry with another version in its first line, as a corrupted one looks.</summary>
    public static string WithVersion(string entry, int version)
    {
        var words = entry.Split(' ', 4);
        return $"{words[0]} {words[1]} {version} {words[3]}";
    }
}
