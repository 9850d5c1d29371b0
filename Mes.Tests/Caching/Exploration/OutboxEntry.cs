namespace Mes.Tests.Caching.Exploration;

/// <summary>A change that the cache may not have yet.</summary>
internal sealed class OutboxEntry(int version)
{
    public int Version => version;
}
