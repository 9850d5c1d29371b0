using Microsoft.Extensions.Caching.Distributed;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: code of the application that goes round the cache's port.</summary>
internal sealed class NamesDistributedCache
{
    public static byte[]? Get(object cache) => ((IDistributedCache)cache).Get("key");
}
