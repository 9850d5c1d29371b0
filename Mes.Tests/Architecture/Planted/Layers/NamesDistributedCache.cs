using Microsoft.Extensions.Caching.Distributed;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: application code that bypasses the cache's port.</summary>
internal sealed class NamesDistributedCache
{
    public static byte[]? Get(object cache) => ((IDistributedCache)cache).Get("key");
}
