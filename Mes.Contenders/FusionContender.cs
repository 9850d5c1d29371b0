using Mes.Application.Persistence;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;
using ZiggyCreatures.Caching.Fusion.Serialization.SystemTextJson;

namespace Mes.Contenders;

/// <summary>
/// FusionCache over Redis with its backplane. It waits for both before a change is answered, as its documentation
/// advises those who want the strictest synchronisation, and never tells expired entries (no fail-safe).
/// </summary>
internal sealed class FusionContender(IFusionCache cache, IOrderReader orders, IOrderSelectionReader selections)
    : ContenderCache(orders, selections)
{
    public static void Register(IServiceCollection services, string redis, bool isLocal)
    {
        services.AddFusionCache()
            .WithOptions(options => options.DistributedCacheCircuitBreakerDuration = TimeSpan.FromSeconds(2))
            .WithDefaultEntryOptions(new FusionCacheEntryOptions
            {
                Duration = Lifetime,
                FactoryHardTimeout = TimeSpan.FromMilliseconds(1500),
                DistributedCacheHardTimeout = TimeSpan.FromSeconds(2),
                AllowBackgroundDistributedCacheOperations = false,
                AllowBackgroundBackplaneOperations = false,
                SkipMemoryCacheRead = !isLocal,
                SkipMemoryCacheWrite = !isLocal,
            })
            .WithSerializer(new FusionCacheSystemTextJsonSerializer())
            .WithDistributedCache(new RedisCache(new RedisCacheOptions { Configuration = redis }))
            .WithBackplane(new RedisBackplane(new RedisBackplaneOptions { Configuration = redis }));
        services.AddSingleton<ContenderCache, FusionContender>();
    }

    protected override async ValueTask<T?> GetOrReadAsync<T>(
        string key, IReadOnlyList<string> tags, Func<CancellationToken, Task<T?>> read)
        where T : class =>
        await cache.GetOrSetAsync<T?>(key, (_, token) => read(token), tags: tags.Count == 0 ? null : tags);

    protected override async Task InvalidateAsync(string key, IReadOnlyList<string> tags)
    {
        await cache.RemoveAsync(key);
        if (tags.Count > 0)
        {
            await cache.RemoveByTagAsync(tags);
        }
    }
}
