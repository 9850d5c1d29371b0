using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>A fixture whose tests share one instance, its database and its cache.</summary>
public abstract class SharedHostTest : BrowserTest
{
    private readonly List<IAsyncDisposable> _owned = [];
    private MesHost? _host;

    /// <summary>The connection string of the instance's database.</summary>
    private protected string Database { get; private set; } = "";

    private protected override MesHost Host => _host!;

    [OneTimeSetUp]
    public async Task StartHost()
    {
        var database = await TestDatabase.CreateAsync();
        _owned.Add(database);
        Database = database.ConnectionString;
        var redis = await TestRedisServer.StartAsync();
        _owned.Add(redis);
        await FillAsync(database);
        _host = await MesHost.StartAsync(database.ConnectionString, redis.ConnectionString);
        _owned.Add(_host);
    }

    [OneTimeTearDown]
    public async Task StopHost()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }
    }

    /// <summary>What the database has before the instance starts.</summary>
    private protected virtual Task FillAsync(TestDatabase database) => Task.CompletedTask;
}
