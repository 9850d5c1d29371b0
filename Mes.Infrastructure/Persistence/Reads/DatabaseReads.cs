using Mes.Application.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

/// <summary>Every read that is not part of a change goes through here, each on a context of its own.</summary>
/// <exception cref="DependencyUnavailableException">From every member: the database did not answer within the budget.</exception>
internal sealed class DatabaseReads(IDbContextFactory<MesDbContext> contexts, IDatabaseEngine engine, TransientRetry retry) : IDisposable
{
    /// <summary>
    /// Fewer than there are connections: when the cache is away and everything is read here, changes must still get one, and
    /// the outage of the cache must not become that of the database.
    /// </summary>
    private const int MostAtOnce = 24;

    /// <summary>Reports read much. While the cache is away each request for one comes here, and must leave room for the others.</summary>
    private const int MostReportsAtOnce = 2;

    private static readonly TimeSpan ReportBudget = TimeSpan.FromSeconds(8);

    private readonly ReadBulkhead _places = new(MostAtOnce, TransientRetry.Budget);
    private readonly ReadBulkhead _reportPlaces = new(MostReportsAtOnce, ReportBudget);

    public Task<T> ReadAsync<T>(Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        retry.RunAsync(token => _places.RunAsync(() => OnContextAsync(read, token), token), cancellationToken);

    /// <summary>As above; where all places are taken, callers that wait for the same share one read.</summary>
    /// <param name="key">The same for the same read.</param>
    public Task<T> ReadSharedAsync<T>(object key, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        ShareAsync(_places, TransientRetry.Budget, key, read, cancellationToken);

    /// <summary>For reads that take several statements: all see the same moment.</summary>
    public Task<T> ReadSnapshotAsync<T>(Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync((context, token) => OnSnapshotAsync(context, read, token), cancellationToken);

    /// <summary>
    /// As above, for a report: a busy database may take longer over it than a caller of anything else is made to wait. Callers that wait
    /// for the same share it.
    /// </summary>
    /// <param name="key">The same for the same report.</param>
    public Task<T> ReadReportAsync<T>(object key, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        return ShareAsync(_reportPlaces, ReportBudget, key, ReportAsync, cancellationToken);

        Task<T> ReportAsync(MesDbContext context, CancellationToken own)
        {
            // The budget ends it, and not sooner the limit of a statement, after which it would begin anew.
            context.Database.SetCommandTimeout(2 * ReportBudget);
            return OnSnapshotAsync(context, read, own);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _reportPlaces.Dispose();
    }

    /// <summary>The caller may leave; the read goes on for those who have joined.</summary>
    private Task<T> ShareAsync<T>(
        ReadBulkhead places, TimeSpan budget, object key, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        retry.RunAsync(
            budget,
            token => places
                .RunSharedAsync(key, () => retry.RunAsync(budget, own => OnContextAsync(read, own), CancellationToken.None))
                .WaitAsync(token),
            cancellationToken);

    private async Task<T> OnSnapshotAsync<T>(MesDbContext context, Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var snapshot = await engine.BeginSnapshotAsync(context, cancellationToken);
        var result = await read(context, cancellationToken);
        await snapshot.CommitAsync(cancellationToken);
        return result;
    }

    private async Task<T> OnContextAsync<T>(Func<MesDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await read(context, cancellationToken);
    }
}
