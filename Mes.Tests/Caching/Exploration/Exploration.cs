namespace Mes.Tests.Caching.Exploration;

/// <summary>The result of many schedules.</summary>
/// <param name="Distinct">How many of them were different.</param>
/// <param name="Broken">In how many of them a promise was broken.</param>
/// <param name="First">The first schedule in which a promise was broken. Null if there is none.</param>
internal sealed record Exploration(int Schedules, int Distinct, long Steps, TimeSpan Time, int Broken, Finding? First)
{
    public override string ToString() =>
        $"{Schedules} schedules, {Distinct} of them different, {Steps} steps, in {Time.TotalSeconds:0.0} s; "
        + (First is null ? "no promise broken" : $"broken in {Broken}, first in number {First.Number}: {First.What}");
}
