using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Licensing;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Keys that were seen are kept in memory, together with the revision of the keys' table at the time; they are good while the
/// database says several times a second that it is still the same. While the database does not answer at all, they stay good
/// for five minutes.
/// </summary>
internal sealed class CallerDirectory(DatabaseReads reads, DatabaseWatch watch, DemoKeys demoKeys) : ICallerDirectory
{
    private static readonly TimeSpan GoodWithoutDatabase = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    public async ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (demoKeys.Find(key) is { } demo)
        {
            return demo;
        }

        if (ApiKeyText.Parse(key) is not { } text)
        {
            return null;
        }

        var hash = ApiKeyText.Hash(text.Secret);
        var latest = watch.Latest;
        if (!_seen.TryGetValue(text.Id, out var seen)
            || latest is null
            || seen.Revision != latest.ApiKeyRevision
            || watch.Age > GoodWithoutDatabase)
        {
            var found = await reads.ReadAsync(
                (context, token) => context.ApiKeys.AsNoTracking().FirstOrDefaultAsync(stored => stored.Id == text.Id, token),
                cancellationToken);
            if (found is null or { RevokedAt: not null })
            {
                // Not remembered: whoever tries keys must not fill the memory.
                _seen.TryRemove(text.Id, out _);
                return null;
            }

            // The revision from before the read: a change in between shows as another one.
            seen = new Seen(found.SecretHash, found.Caller, latest?.ApiKeyRevision);
            _seen[text.Id] = seen;
        }

        return CryptographicOperations.FixedTimeEquals(hash, seen.SecretHash) ? seen.Caller : null;
    }

    private sealed record Seen(byte[] SecretHash, Caller Caller, long? Revision);
}
