namespace Mes.Benchmarks;

/// <summary>One request.</summary>
/// <param name="Start">
/// By <see cref="Mes.Chaos.Checking.Clock"/>; where requests are sent at a given rate, when it was due.
/// </param>
/// <param name="Status">Of the answer; 0 when there was none.</param>
/// <param name="Cache">What <c>Cache-Status</c> said.</param>
internal readonly record struct Sample(long Start, double Milliseconds, int Status, string Cache)
{
    public bool IsHit => Cache == "mes; hit";

    public bool IsSuccess => Status is >= 200 and < 400;
}
