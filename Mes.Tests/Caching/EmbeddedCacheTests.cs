using Mes.Embedded;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The cache on the engine of the zero-install start.</summary>
[Category("Embedded")]
internal sealed class EmbeddedCacheTests : CacheContract
{
    protected override Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var server = EmbeddedRedisServer.Start();
        return Task.FromResult(((IAsyncDisposable)new Engine(server), server.ConnectionString));
    }

    private sealed class Engine(EmbeddedRedisServer server) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
