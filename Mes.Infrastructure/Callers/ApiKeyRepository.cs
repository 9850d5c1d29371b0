using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Callers;

internal sealed class ApiKeyRepository(MesDbContext context) : IApiKeyRepository
{
    public void Add(ApiKey key) => context.Add(key);

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        context.ApiKeys.FirstOrDefaultAsync(key => key.Id == id, cancellationToken);
}
