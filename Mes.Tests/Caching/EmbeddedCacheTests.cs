using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The cache on the engine of the zero-install start.</summary>
[Category("Embedded")]
internal sealed class EmbeddedCacheTests : CacheContract
{
    protected override Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var engine = new EmbeddedEngine();
        return Task.FromResult(((IAsyncDisposable)engine, engine.ConnectionString));
    }
}
