using System.Collections.Frozen;
using Mes.Application.Persistence;
using Mes.Domain.Callers;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Reads the table of keys on one connection, one read at a time and a few in a second, however many ask: all who come before a
/// read begins share it. Most reads ask for the table's revision only, and find that it is still the one in memory.
/// </summary>
internal sealed class KeyTableSource(IDbContextFactory<MesDbContext> contexts, LicencePoll poll, TransientRetry retry, TimeProvider clock) : IDisposable
{
    /// <summary>From the beginning of one read to that of the next.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _joining = new();
    private volatile KeyTable? _latest;
    private Task<KeyTable>? _next;
    private long? _begun;

    /// <summary>As it was read last; null when it has not been.</summary>
    public KeyTable? Latest => _latest;

    /// <summary>The table as of a moment after this call: a key that was made before is in it, one that was revoked is not.</summary>
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
        // Not before it stands there for others to join.
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
                // From here on it has begun: whoever comes now must not join.
                _next = null;
            }

            var asked = clock.GetTimestamp();
            _begun = asked;

            // From before the keys are read: should the database become another one meanwhile, they are read again.
            var generation = poll.Latest?.DatabaseGeneration ?? 0;
            return _latest = await retry.RunAsync(token => AskAsync(generation, asked, token), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<KeyTable> AskAsync(long generation, long asked, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var revisions = context.Revisions.AsNoTracking().Where(revision => revision.Name == Revision.ApiKeys);
        if (_latest is { } latest && latest.Generation == generation && await revisions.Select(revision => revision.Value).SingleAsync(cancellationToken) == latest.Revision)
        {
            return latest with { AskedAt = asked };
        }

        // One statement, so that the keys are those of this revision.
        var rows = await (
            from revision in revisions
            from key in context.ApiKeys.AsNoTracking().Where(key => key.RevokedAt == null).DefaultIfEmpty()
            select new { revision.Value, Key = key }).ToListAsync(cancellationToken);
        return new KeyTable(
            generation,
            rows[0].Value,
            asked,
            rows.Select(row => row.Key).OfType<ApiKey>().ToFrozenDictionary(key => key.Id, key => new KeyTable.Entry(key.SecretHash, key.Caller), StringComparer.Ordinal));
    }
}
