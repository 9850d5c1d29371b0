using StackExchange.Redis;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: code of the application that knows Redis.</summary>
internal sealed class NamesRedis(IDatabase redis)
{
    public bool IsThere => redis.Multiplexer.IsConnected;
}
