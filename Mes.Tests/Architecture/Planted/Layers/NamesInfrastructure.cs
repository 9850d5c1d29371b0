using Mes.Infrastructure.Redis;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: an endpoint that reads the cache's settings itself.</summary>
internal sealed class NamesInfrastructure
{
    public static TimeSpan ReadTimeout => new CacheOptions().ReadTimeout;
}
