using Mes.Embedded;

namespace Mes.Tests.Caching.Support;

/// <summary>The embedded engine, which ends like any other part of a test.</summary>
internal sealed class EmbeddedEngine : IAsyncDisposable
{
    private readonly EmbeddedRedisServer _server = EmbeddedRedisServer.Start();

    public string ConnectionString => _server.ConnectionString;

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
