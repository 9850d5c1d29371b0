using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Startup;

/// <summary>Brings the schema up to date, and switches on what somebody has switched off in it. Several instances may do it at once: EF Core's migration lock lets one at a time through.</summary>
public sealed class SchemaMigrator(IDbContextFactory<MesDbContext> contexts, IDatabaseEngine engine)
{
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        if ((await engine.FindDisabledTriggersAsync(context, cancellationToken)).Count > 0)
        {
            await engine.EnableTriggersAsync(context, cancellationToken);
        }
    }

    /// <summary>What is missing; empty when the schema is as the service needs it.</summary>
    public async Task<IReadOnlyCollection<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        string[] pending = [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
        return pending.Length > 0 ? pending : await engine.FindDisabledTriggersAsync(context, cancellationToken);
    }

    /// <summary>From now on no instance reads anything that was cached before: after the database was restored from a backup.</summary>
    public async Task StartNewCacheEpochAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
    }
}
