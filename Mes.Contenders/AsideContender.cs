using System.Security.Cryptography;
using System.Text.Json;
using Mes.Application.Persistence;
using Microsoft.Extensions.Caching.Distributed;

namespace Mes.Contenders;

/// <summary>
/// Cache-aside by hand over <see cref="IDistributedCache"/>. That knows no tags, so the keys of boards and lists hold a
/// word that every change replaces.
/// </summary>
internal sealed class AsideContender(IDistributedCache cache, IOrderReader orders, IOrderSelectionReader selections)
    : ContenderCache(orders, selections)
{
    private static readonly DistributedCacheEntryOptions Expiry = new() { AbsoluteExpirationRelativeToNow = Lifetime };

    public static void Register(IServiceCollection services, string redis)
    {
        services.AddStackExchangeRedisCache(options => options.Configuration = redis);
        services.AddSingleton<ContenderCache, AsideContender>();
    }

    protected override async ValueTask<T?> GetOrReadAsync<T>(
        string key, IReadOnlyList<string> tags, Func<CancellationToken, Task<T?>> read)
        where T : class
    {
        foreach (var tag in tags)
        {
            key += ":" + await cache.GetStringAsync(WordKey(tag));
        }

        if (await cache.GetAsync(key) is { } bytes)
        {
            return JsonSerializer.Deserialize<T>(bytes);
        }

        var value = await read(CancellationToken.None);
        if (value is not null)
        {
            await cache.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(value), Expiry);
        }

        return value;
    }

    protected override Task InvalidateAsync(string key, IReadOnlyList<string> tags) => Task.WhenAll(
        [
            cache.RemoveAsync(key),
            .. tags.Select(tag => cache.SetStringAsync(WordKey(tag), RandomNumberGenerator.GetHexString(16), Expiry)),
        ]);

    private static string WordKey(string tag) => $"word:{tag}";
}
