namespace Mes.Benchmarks.Peers;

/// <summary>One way to serve the same endpoints.</summary>
/// <param name="Name">For options and files.</param>
/// <param name="Title">For tables; with the letter of docs/benchmarks.md.</param>
/// <param name="Kind">What its instances run.</param>
/// <param name="IsRival">Whether a team could choose it instead of the service's cache.</param>
internal sealed record Contender(string Name, string Title, ContenderKind Kind, bool IsRival = true)
{
    public const string Bare = "bare";
    public const string Service = "service";
    public const string Before = "before";
    public const string Database = "database";

    public static IReadOnlyList<Contender> All { get; } =
    [
        new(Bare, "(a) one `GET`, no authentication", ContenderKind.OtherCache, IsRival: false),
        new(Service, "(b) this service", ContenderKind.Service, IsRival: false),
        new(Before, "(b) before near copies", ContenderKind.Before, IsRival: false),
        new(Database, "(c) EF Core and PostgreSQL", ContenderKind.WithoutCache),
        new("hybrid", "(d) HybridCache, Redis alone", ContenderKind.OtherCache),
        new("hybrid-local", "(d) HybridCache, local level", ContenderKind.OtherCache),
        new("fusion", "(e) FusionCache, Redis alone", ContenderKind.OtherCache),
        new("fusion-local", "(e) FusionCache, local level", ContenderKind.OtherCache),
        new("output", "(f) output caching", ContenderKind.OtherCache),
        new("aside", "(g) cache-aside by hand", ContenderKind.OtherCache),
    ];

    public bool HasRedis => Kind != ContenderKind.WithoutCache;
}
