using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

/// <summary>Brings the schema up to date. Several instances may do it at once: EF Core's migration lock lets one at a time through.</summary>
public sealed class SchemaMigrator(IDbContextFactory<MesDbContext> contexts, IDatabaseEngine engine)
{
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>What is missing; empty when the schema is as the service needs it.</summary>
    public async Task<IReadOnlyCollection<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    /// <summary>From now on no instance reads anything that was cached before: after the database was restored from a backup.</summary>
    public async Task StartNewCacheEpochAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
    }
}
