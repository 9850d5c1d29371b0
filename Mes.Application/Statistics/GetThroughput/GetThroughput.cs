using System.Globalization;
using Mes.Application.Caching;
using Mes.Application.Messaging;

namespace Mes.Application.Statistics.GetThroughput;

/// <summary>How many orders entered each status on each of the last days, and how long they stayed in it.</summary>
/// <param name="Days">1 to <see cref="MaxDays"/>, today included.</param>
/// <param name="Today">In UTC. The answer depends on it, so the key contains it.</param>
public sealed record GetThroughput(int Days, DateOnly Today) : ITaggedQuery<Throughput>
{
    public const int MaxDays = 90;

    public string Key => string.Create(CultureInfo.InvariantCulture, $"throughput:{Today:yyyy-MM-dd}:{Days}");

    public IReadOnlyCollection<string> Tags => [CacheTags.Orders];
}
