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
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    LicencePoll poll,
    KeyUses uses,
    TransientRetry retry,
    TimeProvider clock)
    : IDisposable
{
    /// <summary>The shortest time from the beginning of one read to that of the next.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private const int MaxWaiting = 1000;

    private static readonly TimeSpan GoodWithoutDatabase = TimeSpan.FromMinutes(5);

    /// <summary>An instance does not run so long, and a timestamp cannot count to the year 9999.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(3650);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _joining = new();
    private volatile KeyTable? _latest;
    private Task<KeyTable>? _next;
    private long? _begun;
    private int _waiting;

    /// <summary>SQL for the condition that a key is good.</summary>
    private string Good => $"revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {engine.Now()})";

    private string MarkUsed =>
        $$"""UPDATE api_keys SET is_used = TRUE WHERE id = {0} AND NOT is_used AND {{Good}}""";

    private string FindGood => $$"""SELECT 1 AS "Value" FROM api_keys WHERE id = {0} AND {{Good}}""";

    private string Sql => $"""
        SELECT r.value AS "Revision", k.id AS "Id", k.secret_hash AS "SecretHash", k.role AS "Role",
               k.caller_id AS "CallerId", {engine.MillisecondsSince("k.expires_at")} AS "Expired",
               CASE WHEN k.rotated_from IS NOT NULL AND NOT k.is_used THEN 1 ELSE 0 END AS "Fresh"
        FROM revisions AS r
        LEFT JOIN api_keys AS k ON {Good}
        WHERE r.name = '{Revision.ApiKeys}'
        """;

    private string SessionsSql => $"""
        SELECT token_hash AS "TokenHash", key_id AS "KeyId", CASE WHEN is_display THEN 1 ELSE 0 END AS "Display",
               {engine.MillisecondsSince("expires_at")} AS "Expired"
        FROM sessions
        WHERE expires_at > {engine.Now()}
        """;

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

    /// <summary>
    /// The same for what the latest table does not have. So many callers may wait for it that it happens only while the
    /// database is slow or the flood is large.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">As above, or too many wait.</exception>
    public async Task<KeyTable> ReadForUnknownAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new DependencyUnavailableException("The database", null);
        }

        try
        {
            return await ReadAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Whether what the table has is still good.</summary>
    public bool IsCurrent(KeyTable table) =>
        poll.Latest is { } latest
        && poll.Age <= GoodWithoutDatabase
        && ((table.Generation == latest.DatabaseGeneration && table.Revision == latest.ApiKeyRevision)
            || table.AskedAt > latest.AskedAt);

    /// <summary>Records that a key which was rotated into is in use.</summary>
    /// <returns>False when the key is not good any more: its parent was rotated again and has replaced it.</returns>
    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public Task<bool> MarkUsedAsync(string keyId, CancellationToken cancellationToken) => retry.RunAsync(
        async token =>
        {
            // Under the lock that rotations take, so that a key is either in use or replaced.
            await using var context = await contexts.CreateDbContextAsync(token);
            await using var transaction = await context.Database.BeginTransactionAsync(token);
            await context.Database.ExecuteSqlRawAsync(ApiKeyRepository.Lock, token);

            // Each update of a key has all instances read the table again. Other requests may have marked it meanwhile.
            var isGood = await context.Database.ExecuteSqlRawAsync(MarkUsed, [keyId], token) > 0
                || (await context.Database.SqlQueryRaw<int>(FindGood, keyId).ToListAsync(token)).Count > 0;
            await transaction.CommitAsync(token);
            return isGood;
        },
        cancellationToken);

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
        var rows = await context.Database.SqlQueryRaw<Row>(Sql).ToListAsync(cancellationToken);
        var entries = rows.Where(row => row.Id is not null).ToFrozenDictionary(
            row => row.Id!, row => EntryOf(row, askedAt), StringComparer.Ordinal);

        // These may be newer than the revision says. Then it has been raised, and everything is read again.
        var sessions = (await context.Database.SqlQueryRaw<SessionRow>(SessionsSql).ToListAsync(cancellationToken))
            .ToFrozenDictionary(
                row => Convert.ToHexString(row.TokenHash),
                row => new KeyTable.SessionEntry(row.KeyId, row.Display != 0, EndOf(row.Expired, askedAt)));
        return new KeyTable(generation, rows[0].Revision, askedAt, entries, sessions);
    }

    private KeyTable.Entry EntryOf(Row row, long askedAt) => new(
        row.SecretHash!,
        new Caller(RoleConverter.Parse(row.Role!), row.CallerId!),
        row.Expired is { } expired ? EndOf(expired, askedAt) : null,
        row.Fresh != 0,
        uses.Of(row.Id!));

    private long EndOf(double expired, long askedAt) =>
        askedAt + (long)(Math.Min(-expired, Farthest.TotalMilliseconds) / 1000 * clock.TimestampFrequency);

    /// <param name="Expired">How many milliseconds ago the key expired; below 0 for a key that is still good.</param>
    private sealed record Row(
        long Revision, string? Id, byte[]? SecretHash, string? Role, string? CallerId, double? Expired, int Fresh);

    private sealed record SessionRow(byte[] TokenHash, string KeyId, int Display, double Expired);
}
