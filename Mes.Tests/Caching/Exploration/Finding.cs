namespace Mes.Tests.Caching.Exploration;

/// <summary>A schedule in which a promise was broken.</summary>
/// <param name="Number">The how-manyth schedule it was, counted from 1.</param>
/// <param name="Name">What makes the same schedule again.</param>
internal sealed record Finding(int Number, string Name, string What, IReadOnlyList<string> Log)
{
    public override string ToString() => $"{Name}: {What}{Environment.NewLine}{string.Join(Environment.NewLine, Log)}";
}
