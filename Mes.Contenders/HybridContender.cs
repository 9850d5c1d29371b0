using Mes.Application.Persistence;
using Microsoft.Extensions.Caching.Hybrid;

namespace Mes.Contenders;

/// <summary>HybridCache over Redis.</summary>
internal sealed class HybridContender(HybridCache cache, IOrderReader orders, IOrderSelectionReader selections)
    : ContenderCache(orders, selections)
{
    public static void Register(IServiceCollection services, string redis, bool isLocal)
    {
        services.AddStackExchangeRedisCache(options => options.Configuration = redis);
        services.AddHybridCache(options => options.DefaultEntryOptions = new HybridCacheEntryOptions
        {
            Expiration = Lifetime,
            LocalCacheExpiration = Lifetime,
            Flags = isLocal ? HybridCacheEntryFlags.None : HybridCacheEntryFlags.DisableLocalCache,
        });
        services.AddSingleton<ContenderCache, HybridContender>();
    }

    protected override ValueTask<T?> GetOrReadAsync<T>(
        string key, IReadOnlyList<string> tags, Func<CancellationToken, Task<T?>> read)
        where T : class =>
        cache.GetOrCreateAsync(key, read, static (read, token) => new ValueTask<T?>(read(token)), tags: tags);

    protected override async Task InvalidateAsync(string key, IReadOnlyList<string> tags)
    {
        await cache.RemoveAsync(key);
        if (tags.Count > 0)
        {
            await cache.RemoveByTagAsync(tags);
        }
    }
}
