using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Startup;

/// <summary>
/// Brings the schema up to date, and enables rules in it that an administrator has disabled. Several instances may do
/// so at once: EF Core's migration lock admits one at a time.
/// </summary>
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

    /// <returns>What the schema lacks; empty when it is as the service needs it.</returns>
    public async Task<IReadOnlyCollection<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // EF Core takes a database that does not exist for one that lacks every migration: to be told apart.
        await context.Database.OpenConnectionAsync(cancellationToken);
        string[] pending = [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
        return pending.Length > 0 ? pending : await engine.FindDisabledTriggersAsync(context, cancellationToken);
    }

    /// <summary>
    /// Starts a new cache epoch, in which no instance reads anything that was cached before. Needed after the database
    /// was restored from a backup.
    /// </summary>
    public async Task StartNewCacheEpochAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
    }
}
