using Mes.Application.Caching;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Caching.Support;

/// <summary>How one instance differs from the service as it is.</summary>
internal sealed record InstanceSettings
{
    /// <summary>The relay runs only when the test says so.</summary>
    public bool RelayHeld { get; init; } = true;

    /// <summary>
    /// No index is built, and no entry put back behind a list: else an order may be refreshed where a test has evicted
    /// it.
    /// </summary>
    public bool IndexesHeld { get; init; } = true;

    /// <summary>The database is asked for a licence only when the test says so.</summary>
    public bool PollHeld { get; init; }

    public TimeProvider Clock { get; init; } = new UnhurriedClock();

    /// <summary>Null: the world's own database.</summary>
    public string? Postgres { get; init; }

    /// <summary>Null: the world's own Redis.</summary>
    public string? Redis { get; init; }

    /// <summary>More settings, as arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Takes the cache's place: one without a guard.</summary>
    public Func<IServiceProvider, IOrderCache>? Plant { get; init; }

    public Action<IServiceCollection>? Services { get; init; }
}
