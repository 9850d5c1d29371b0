using Mes.Infrastructure.Caching;

namespace Mes.Tests.Caching.Support;

internal static class CacheKeysExtensions
{
    /// <summary>The keys of the epoch that is in use.</summary>
    public static CacheKeys.Epoch Require(this CacheKeys keys) => keys.TryGet(out var epoch, out var objection)
        ? epoch
        : throw new InvalidOperationException($"The cache may not be used: {objection}");
}
