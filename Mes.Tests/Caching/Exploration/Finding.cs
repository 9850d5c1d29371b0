namespace Mes.Tests.Caching.Exploration;

/// <summary>A schedule in which a promise was broken.</summary>
/// <param name="Number">The number of the schedule, counted from 1.</param>
/// <param name="Name">Identifies the schedule, so that it can be run again.</param>
internal sealed record Finding(int Number, string Name, string What, IReadOnlyList<string> Log)
{
    public override string ToString() => $"{Name}: {What}{Environment.NewLine}{string.Join(Environment.NewLine, Log)}";
}
