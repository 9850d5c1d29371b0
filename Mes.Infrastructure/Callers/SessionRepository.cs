using Mes.Application.Sessions;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// The sessions within one change. No read is retried, because a transaction may hold the lock of keys.
/// </summary>
internal sealed class SessionRepository(MesDbContext context, TransientRetry retry) : ISessionRepository
{
    public void Add(Session session) => context.Add(session);

    public void Remove(Session session) => context.Remove(session);

    public Task<Session?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken) => retry.RunOnceAsync(
        context,
        token => context.Sessions.FirstOrDefaultAsync(session => session.TokenHash == tokenHash, token),
        cancellationToken);

    public Task<IReadOnlyList<Session>> FindLiveAsync(
        string keyId, bool isDisplay, DateTimeOffset now, CancellationToken cancellationToken) =>
        retry.RunOnceAsync<IReadOnlyList<Session>>(
            context,
            async token => await context.Sessions
                .Where(session => session.KeyId == keyId && session.IsDisplay == isDisplay && session.ExpiresAt > now)
                .OrderByDescending(session => session.CreatedAt)
                .ToListAsync(token),
            cancellationToken);

    public Task DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) => retry.RunOnceAsync(
        context,
        token => context.Sessions.Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(token),
        cancellationToken);
}
