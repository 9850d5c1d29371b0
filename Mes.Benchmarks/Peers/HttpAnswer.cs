namespace Mes.Benchmarks.Peers;

/// <summary>An answer of an instance.</summary>
/// <param name="Status">0 if none came.</param>
/// <param name="Version">Of the entity tag; 0 where there is none.</param>
/// <param name="Body">Valid until the next request on the same connection.</param>
internal readonly record struct HttpAnswer(int Status, int Version, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
