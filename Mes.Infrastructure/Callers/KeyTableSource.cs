using System.Collections.Frozen;
using Mes.Application.Persistence;
using Mes.Domain.Callers;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Reads the table of keys on one connection, one read at a time and at most fifty a second: all callers that come
/// before a read begins share it. Most reads only query the table's revision, and find that it is still the one in
/// memory.
/// </summary>
internal sealed class KeyTableSource(
    IDbContextFactory<MesDbContext> contexts, LicencePoll poll, TransientRetry retry, TimeProvider clock)
    : IDisposable
{
    /// <summary>The shortest time from the beginning of one read to that of the next.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _joining = new();
    private volatile KeyTable? _latest;
    private Task<KeyTable>? _next;
    private long? _begun;

    /// <summary>The table as last read; null before the first read.</summary>
    public KeyTable? Latest => _latest;

    /// <summary>
    /// The table as of a moment after this call: it has every key that was created before, and none that was revoked.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public async Task<KeyTable> ReadAsync(CancellationToken cancellationToken)
    {
        Task<KeyTable> next;
        lock (_joining)
        {
            next = _next ??= ReadNextAsync();
        }

        try
        {
            return await next.WaitAsync(TransientRetry.Budget, clock, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new DependencyUnavailableException("The database", exception);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<KeyTable> ReadNextAsync()
    {
        // Begins only after the task is where other callers can join it.
        await Task.Yield();
        await _turn.WaitAsync();
        try
        {
            if (_begun is { } begun && Pace - clock.GetElapsedTime(begun) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock);
            }

            lock (_joining)
            {
                // The read begins now: a caller that comes later must not join it.
                _next = null;
            }

            var askedAt = clock.GetTimestamp();
            _begun = askedAt;

            // From before the read: if the database becomes another one meanwhile, the keys are read again.
            var generation = poll.Latest?.DatabaseGeneration ?? 0;
            return _latest = await retry.RunAsync(
                token => QueryAsync(generation, askedAt, token), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<KeyTable> QueryAsync(long generation, long askedAt, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var revisions = context.Revisions.AsNoTracking().Where(revision => revision.Name == Revision.ApiKeys);
        if (_latest is { } latest
            && latest.Generation == generation
            && await revisions.Select(revision => revision.Value).SingleAsync(cancellationToken) == latest.Revision)
        {
            return latest with { AskedAt = askedAt };
        }

        // One statement, so that the keys are those of this revision.
        var rows = await (
            from revision in revisions
            from key in context.ApiKeys.AsNoTracking().Where(key => key.RevokedAt == null).DefaultIfEmpty()
            select new { revision.Value, Key = key }).ToListAsync(cancellationToken);
        var entries = rows.Select(row => row.Key).OfType<ApiKey>().ToFrozenDictionary(
            key => key.Id, key => new KeyTable.Entry(key.SecretHash, key.Caller), StringComparer.Ordinal);
        return new KeyTable(generation, rows[0].Value, askedAt, entries);
    }
}
