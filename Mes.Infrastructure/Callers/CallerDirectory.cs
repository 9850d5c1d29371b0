using System.Security.Cryptography;
using Mes.Application.ApiKeys;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Keeps all keys in memory, together with the revision of their table. They are good while the database says several
/// times a second that the revision is still the same. While the database does not answer at all, they stay good for
/// five minutes.
/// </summary>
/// <remarks>
/// That a key does not exist is never concluded from memory alone (bug class 16): after the request has come, the
/// directory asks the database whether its revision is still the one in memory. All requests that wait share one such
/// query. So a flood of keys that do not exist costs the database a few dozen of the smallest statements a second, on
/// one connection, and does not delay known callers.
/// </remarks>
internal sealed class CallerDirectory(
    KeyTableSource keys, DemoKeys demoKeys, AuthenticationFailures failures, TimeProvider clock)
    : ICallerDirectory
{
    public ValueTask<Caller?> FindAsync(ReadOnlySpan<char> key, CancellationToken cancellationToken)
    {
        if (demoKeys.Find(key) is { } demo)
        {
            return new(demo);
        }

        if (!ApiKeyText.TrySplit(key, out _, out var id, out var secret))
        {
            failures.Count(AuthenticationFailure.Malformed);
            return new((Caller?)null);
        }

        var table = keys.Latest;
        var entry = table?.Find(id);
        return entry is null ? new(FindUnknownAsync(id.ToString(), secret.ToString(), cancellationToken))
            : keys.IsCurrent(table!) ? CheckAsync(id, secret, entry, cancellationToken)
            : new(FindAnewAsync(id.ToString(), secret.ToString(), cancellationToken));
    }

    private async Task<Caller?> FindUnknownAsync(string id, string secret, CancellationToken cancellationToken) =>
        await FindAsync(await keys.ReadForUnknownAsync(cancellationToken), id, secret, cancellationToken);

    private async Task<Caller?> FindAnewAsync(string id, string secret, CancellationToken cancellationToken) =>
        await FindAsync(await keys.ReadAsync(cancellationToken), id, secret, cancellationToken);

    private async Task<Caller?> FindAsync(
        KeyTable table, string id, string secret, CancellationToken cancellationToken)
    {
        if (table.Find(id) is { } entry)
        {
            return await CheckAsync(id, secret, entry, cancellationToken);
        }

        failures.Count(AuthenticationFailure.Unknown);
        return null;
    }

    private ValueTask<Caller?> CheckAsync(
        ReadOnlySpan<char> id, ReadOnlySpan<char> secret, KeyTable.Entry entry, CancellationToken cancellationToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKeyText.Hash(secret, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, entry.SecretHash))
        {
            failures.Count(AuthenticationFailure.WrongSecret);
            return new((Caller?)null);
        }

        var now = clock.GetTimestamp();
        if (entry.GoodUntil <= now)
        {
            failures.Count(AuthenticationFailure.Unknown);
            return new((Caller?)null);
        }

        entry.Use.Note(now);
        return entry.MustBeMarked
            ? new(UseFirstAsync(id.ToString(), entry, cancellationToken))
            : new(entry.Caller);
    }

    /// <summary>
    /// From the first answer on, rotating the parent again is refused. So the use is recorded before.
    /// </summary>
    private async Task<Caller?> UseFirstAsync(string id, KeyTable.Entry entry, CancellationToken cancellationToken)
    {
        if (await keys.MarkUsedAsync(id, cancellationToken))
        {
            entry.Marked();
            return entry.Caller;
        }

        failures.Count(AuthenticationFailure.Unknown);
        return null;
    }
}
