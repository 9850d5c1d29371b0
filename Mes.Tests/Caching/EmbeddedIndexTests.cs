using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The board and the lists on the engine of the zero-install start.</summary>
[Category("Embedded")]
internal sealed class EmbeddedIndexTests : IndexContract
{
    protected override Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var engine = new EmbeddedEngine();
        return Task.FromResult(((IAsyncDisposable)engine, engine.ConnectionString));
    }
}
