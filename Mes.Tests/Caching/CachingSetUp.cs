using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>Ends what the tests of this namespace share. The first test that needs it starts it.</summary>
[SetUpFixture]
public sealed class CachingSetUp
{
    [OneTimeTearDown]
    public Task EndAsync() => CacheWorld.DisposeSharedAsync();
}
