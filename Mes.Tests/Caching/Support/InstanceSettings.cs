using Mes.Application.Caching;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Caching.Support;

/// <summary>How an instance in a test differs from the service.</summary>
internal sealed record InstanceSettings
{
    /// <summary>The relay runs only when the test says so.</summary>
    public bool RelayHeld { get; init; } = true;

    /// <summary>
    /// No index is built, and no entry is put back after a list was answered. Otherwise the instance might refresh an
    /// order that a test has evicted.
    /// </summary>
    public bool IndexesHeld { get; init; } = true;

    /// <summary>
    /// The instance keeps copies of orders in its own memory. Otherwise an entry that a test evicts or corrupts is
    /// what the next reader finds.
    /// </summary>
    public bool HasNearCopies { get; init; }

    /// <summary>The instance asks the database for a licence only when the test says so.</summary>
    public bool PollHeld { get; init; }

    public TimeProvider Clock { get; init; } = new UnhurriedClock();

    /// <summary>Null: the world's own database.</summary>
    public string? Postgres { get; init; }

    /// <summary>Null: the world's own Redis.</summary>
    public string? Redis { get; init; }

    /// <summary>Further settings, as command-line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Makes a cache that replaces the real one: a cache without a guard.</summary>
    public Func<IServiceProvider, IOrderCache>? Plant { get; init; }

    public Action<IServiceCollection>? Services { get; init; }
}
