using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>The API keys that were issued.</summary>
public interface IApiKeyRepository
{
    void Add(ApiKey key);

    /// <returns>Null when there is no such key.</returns>
    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);
}
