using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Secrets;
using Mes.Infrastructure.Webhooks;

namespace Mes.Infrastructure;

/// <summary>The parts that the infrastructure is put together from.</summary>
public sealed record InfrastructureSettings
{
    public required IDatabaseEngine Database { get; init; }

    /// <summary>Null turns the cache off: everything from the database.</summary>
    public required string? Redis { get; init; }

    /// <summary>The cache lives in this very process: no other instance can reach it.</summary>
    public bool IsCacheExclusive { get; init; }

    public DemoKeys DemoKeys { get; init; } = DemoKeys.None;

    public bool MigrateOnStartup { get; init; }

    /// <summary>What encrypts the secrets that the database keeps.</summary>
    public SecretKeys SecretKeys { get; init; } = SecretKeys.None;

    public WebhookSettings Webhooks { get; init; } = new();
}
