namespace Mes.Benchmarks;

/// <summary>One request.</summary>
/// <param name="Start">By <see cref="Mes.Chaos.Checking.Clock"/>. At a fixed rate, when the request was due.</param>
/// <param name="Status">The HTTP status; 0 if no answer came.</param>
/// <param name="Cache">The answer's <c>Cache-Status</c>.</param>
internal readonly record struct Sample(long Start, double Milliseconds, int Status, string Cache)
{
    public bool IsHit => Cache == "mes; hit";

    public bool IsSuccess => Status is >= 200 and < 400;
}
