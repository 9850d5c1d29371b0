using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Reads;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

internal sealed class ApiKeyReader(DatabaseReads reads) : IApiKeyReader
{
    public Task<ApiKeyDocument?> FindAsync(string id, CancellationToken cancellationToken) => reads.ReadAsync(
        async (context, token) =>
            (await ReadAsync(context, context.ApiKeys.Where(key => key.Id == id), token)).FirstOrDefault(),
        cancellationToken);

    public Task<IReadOnlyList<ApiKeyDocument>> ListAsync(
        Role? role, string? sellerId, ApiKeyPosition? after, int count, CancellationToken cancellationToken) =>
        reads.ReadAsync<IReadOnlyList<ApiKeyDocument>>(
            async (context, token) =>
            {
                IQueryable<ApiKey> keys = context.ApiKeys;
                if (role is { } one)
                {
                    keys = keys.Where(key => key.Role == one);
                }

                if (sellerId is not null)
                {
                    keys = keys.Where(key => key.Role == Role.Seller && key.CallerId == sellerId);
                }

                if (after is { CreatedAt: var at, Id: var id })
                {
                    keys = keys.Where(
                        key => key.CreatedAt < at || (key.CreatedAt == at && string.Compare(key.Id, id) < 0));
                }

                return await ReadAsync(
                    context,
                    keys.OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).Take(count),
                    token);
            },
            cancellationToken);

    private static async Task<IReadOnlyList<ApiKeyDocument>> ReadAsync(
        MesDbContext context, IQueryable<ApiKey> keys, CancellationToken cancellationToken)
    {
        var found = await keys.AsNoTracking()
            .Select(key => new
            {
                Key = key,
                LastUsedAt = context.ApiKeyUses.Where(use => use.KeyId == key.Id)
                    .Select(use => (DateTimeOffset?)use.LastUsedAt)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return [.. found.Select(row => ApiKeyDocument.From(row.Key, row.LastUsedAt))];
    }
}
