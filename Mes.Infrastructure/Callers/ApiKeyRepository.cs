using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// The keys within one change. After <see cref="BeginChangeAsync"/> no read is retried, because only its transaction
/// holds the lock.
/// </summary>
internal sealed class ApiKeyRepository(MesDbContext context, DatabaseTime time, TransientRetry retry)
    : IApiKeyRepository
{
    /// <summary>
    /// Locks the row that the trigger raises with every change of a key, which includes those that are made by hand.
    /// </summary>
    internal const string Lock = $"UPDATE revisions SET value = value WHERE name = '{Revision.ApiKeys}'";

    public Task<DateTimeOffset> BeginChangeAsync(CancellationToken cancellationToken) => retry.RunAsync(
        context,
        async token =>
        {
            if (context.Database.CurrentTransaction is { } broken)
            {
                await broken.DisposeAsync();
            }

            await context.Database.BeginTransactionAsync(token);
            await context.Database.ExecuteSqlRawAsync(Lock, token);
            return await time.ReadAsync(context, token);
        },
        cancellationToken);

    public void Add(ApiKey key) => context.Add(key);

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.ApiKeys.FirstOrDefaultAsync(key => key.Id == id, token),
            cancellationToken);

    public Task<IReadOnlyList<ApiKey>> FindSuccessorsAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        retry.RunOnceAsync<IReadOnlyList<ApiKey>>(
            context,
            async token => await context.ApiKeys
                .Where(key => key.RotatedFrom != null && ids.Contains(key.RotatedFrom))
                .OrderBy(key => key.CreatedAt)
                .ThenBy(key => key.Id)
                .ToListAsync(token),
            cancellationToken);

    public Task<int> CountLiveAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.ApiKeys.CountAsync(
                key => key.Role == caller.Role
                    && key.CallerId == caller.Id
                    && key.RevokedAt == null
                    && (key.ExpiresAt == null || key.ExpiresAt > now)
                    && !context.ApiKeys.Any(successor => successor.RotatedFrom == key.Id),
                token),
            cancellationToken);

    public Task<bool> HasOtherLastingAdminKeyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.ApiKeys.AnyAsync(
                key => key.Role == Role.Admin
                    && key.RevokedAt == null
                    && key.ExpiresAt == null
                    && !ids.Contains(key.Id),
                token),
            cancellationToken);
}
