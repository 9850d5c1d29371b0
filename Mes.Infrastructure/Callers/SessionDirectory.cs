using Mes.Application.Sessions;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Finds sessions in the table of keys, of which they are a part: a change of a session raises the same revision, so
/// what holds for the freshness of keys (<see cref="CallerDirectory"/>) holds for sessions.
/// </summary>
internal sealed class SessionDirectory(
    KeyTableSource keys, DemoKeys demoKeys, AuthenticationFailures failures, TimeProvider clock)
    : ISessionDirectory
{
    public ValueTask<LiveSession?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (SessionToken.Hash(token) is not { } hash)
        {
            failures.Count(AuthenticationFailure.Malformed);
            return new((LiveSession?)null);
        }

        var id = Convert.ToHexString(hash);
        return keys.Latest is { } table && table.Sessions.ContainsKey(id) && keys.IsCurrent(table)
            ? new(Find(table, id))
            : new(FindAnewAsync(id, cancellationToken));
    }

    public TimeSpan? RestOfKey(string keyId) =>
        keys.Latest?.Find(keyId)?.GoodUntil is { } end ? clock.GetElapsedTime(clock.GetTimestamp(), end) : null;

    private async Task<LiveSession?> FindAnewAsync(string id, CancellationToken cancellationToken) =>
        Find(await keys.ReadForUnknownAsync(cancellationToken), id);

    private LiveSession? Find(KeyTable table, string id)
    {
        var now = clock.GetTimestamp();
        if (table.Sessions.TryGetValue(id, out var session) && CallerOf(table, session.KeyId, now) is { } caller)
        {
            var end = table.Find(session.KeyId)?.GoodUntil is { } endOfKey
                ? Math.Min(endOfKey, session.GoodUntil)
                : session.GoodUntil;
            if (end > now)
            {
                return new LiveSession(caller, session.KeyId, session.IsDisplay, clock.GetElapsedTime(now, end));
            }
        }

        failures.Count(AuthenticationFailure.Unknown);
        return null;
    }

    private Caller? CallerOf(KeyTable table, string keyId, long now)
    {
        if (demoKeys.FindById(keyId) is { } demo)
        {
            return demo;
        }

        var key = table.Find(keyId);
        key?.Use.Note(now);
        return key?.Caller;
    }
}
