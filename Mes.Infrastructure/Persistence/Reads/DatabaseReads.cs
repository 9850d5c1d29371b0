using Mes.Application.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

/// <summary>Runs every read that is not part of a change, each on a context of its own.</summary>
/// <exception cref="DependencyUnavailableException">
/// From every member: the database did not answer within the budget.
/// </exception>
internal sealed class DatabaseReads(
    IDbContextFactory<MesDbContext> contexts, IDatabaseEngine engine, TransientRetry retry) : IDisposable
{
    /// <summary>
    /// Fewer than there are connections: when the cache is away and every read comes here, changes must still get a
    /// connection, and the cache's outage must not become the database's.
    /// </summary>
    private const int MaxAtOnce = 24;

    /// <summary>
    /// A report reads many rows. While the cache is away every request for one comes here, and must leave room for
    /// others.
    /// </summary>
    private const int MaxReportsAtOnce = 2;

    private static readonly TimeSpan ReportBudget = TimeSpan.FromSeconds(8);

    private readonly ReadBulkhead _places = new(MaxAtOnce, TransientRetry.Budget);
    private readonly ReadBulkhead _reportPlaces = new(MaxReportsAtOnce, ReportBudget);

    public Task<T> ReadAsync<T>(
        Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        retry.RunAsync(token => _places.RunAsync(() => OnContextAsync(read, token), token), cancellationToken);

    /// <summary>
    /// Runs a read that callers may share: while they wait for a place, callers with the same key share one read.
    /// </summary>
    /// <param name="key">Equal for equal reads.</param>
    public Task<T> ReadSharedAsync<T>(
        object key, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        ShareAsync(_places, TransientRetry.Budget, key, read, cancellationToken);

    /// <summary>Runs a read of several statements, which all see the same moment.</summary>
    public Task<T> ReadSnapshotAsync<T>(
        Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync((context, token) => OnSnapshotAsync(context, read, token), cancellationToken);

    /// <summary>
    /// Runs a report, which on a busy database may take longer than other reads. Callers share it as in
    /// <see cref="ReadSharedAsync"/>, and its statements all see the same moment.
    /// </summary>
    /// <param name="key">Equal for equal reports.</param>
    public async Task<T> ReadReportAsync<T>(
        object key, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // A report may take longer than other reads, but its callers learn as early as others that the database hangs.
        await ReadAsync(
            (context, token) => context.Database.ExecuteSqlRawAsync("SELECT 1", token), cancellationToken);
        return await ShareAsync(_reportPlaces, ReportBudget, key, ReportAsync, cancellationToken);

        Task<T> ReportAsync(MesDbContext context, CancellationToken own)
        {
            // The budget must end the report, not the timeout of a statement: after that it would be retried.
            context.Database.SetCommandTimeout(2 * ReportBudget);
            return OnSnapshotAsync(context, read, own);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _reportPlaces.Dispose();
    }

    /// <summary>A caller may give up; the read goes on for the callers that share it.</summary>
    private Task<T> ShareAsync<T>(
        ReadBulkhead places,
        TimeSpan budget,
        object key,
        Func<MesDbContext, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken) =>
        retry.RunAsync(
            budget,
            token => places
                .RunSharedAsync(
                    key, () => retry.RunAsync(budget, own => OnContextAsync(read, own), CancellationToken.None))
                .WaitAsync(token),
            cancellationToken);

    private async Task<T> OnSnapshotAsync<T>(
        MesDbContext context,
        Func<MesDbContext, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        await using var snapshot = await engine.BeginSnapshotAsync(context, cancellationToken);
        var result = await read(context, cancellationToken);
        await snapshot.CommitAsync(cancellationToken);
        return result;
    }

    private async Task<T> OnContextAsync<T>(
        Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await read(context, cancellationToken);
    }
}
