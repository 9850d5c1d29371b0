using Mes.Application.Persistence;
using Microsoft.AspNetCore.OutputCaching;

namespace Mes.Contenders;

/// <summary>
/// ASP.NET's output caching in Redis: whole answers, evicted by tag. What it does not have is read anew.
/// </summary>
internal sealed class OutputContender(
    IOutputCacheStore store, IOrderReader orders, IOrderSelectionReader selections)
    : ContenderCache(orders, selections)
{
    public static void Register(IServiceCollection services, string redis)
    {
        services.AddStackExchangeRedisOutputCache(options => options.Configuration = redis);
        services.AddOutputCache(options => options.AddBasePolicy(new AnswerPolicy(Lifetime)));
        services.AddSingleton<ContenderCache, OutputContender>();
    }

    protected override async ValueTask<T?> GetOrReadAsync<T>(
        string key, IReadOnlyList<string> tags, Func<CancellationToken, Task<T?>> read)
        where T : class =>
        await read(CancellationToken.None);

    protected override Task InvalidateAsync(string key, IReadOnlyList<string> tags) => Task.WhenAll(
        tags.Prepend(key).Select(tag => store.EvictByTagAsync(tag, CancellationToken.None).AsTask()));
}
