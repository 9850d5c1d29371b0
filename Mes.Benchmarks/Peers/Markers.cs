namespace Mes.Benchmarks.Peers;

/// <summary>The part of a hand-written document that a program writes: what stands between two comments.</summary>
internal static class Markers
{
    /// <exception cref="InvalidOperationException">The document does not have both comments, once each.</exception>
    public static string Replace(string document, string name, string content)
    {
        var begin = $"<!-- {name} -->";
        var end = $"<!-- /{name} -->";
        var start = Only(document, begin) + begin.Length;
        var stop = Only(document, end);
        return start <= stop
            ? $"{document[..start]}\n{content.Trim()}\n{document[stop..]}"
            : throw new InvalidOperationException($"{end} stands before {begin}.");
    }

    private static int Only(string document, string marker)
    {
        var first = document.IndexOf(marker, StringComparison.Ordinal);
        return first >= 0 && document.IndexOf(marker, first + 1, StringComparison.Ordinal) < 0
            ? first
            : throw new InvalidOperationException($"The document must have {marker} exactly once.");
    }
}
