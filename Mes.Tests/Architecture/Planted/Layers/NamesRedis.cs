using StackExchange.Redis;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: application code that uses Redis.</summary>
internal sealed class NamesRedis(IDatabase redis)
{
    public bool IsThere => redis.Multiplexer.IsConnected;
}
