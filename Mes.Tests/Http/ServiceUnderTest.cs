using System.Security.Cryptography;
using MediatR;
using Mes.Api.Hosting;
using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Mes.Tests.Unit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Http;

/// <summary>The instances of the service and their servers.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    /// <summary>
    /// Long enough for a busy machine: here, a read that should be a hit must be one. Another fixture tests the usual
    /// timeouts.
    /// </summary>
    private const string PatientCache = "--Mes:Cache:ReadTimeout=00:00:10";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<MesHost> _instances = [];
    private ConnectionMultiplexer? _redis;
    private int _turn;

    private ServiceUnderTest()
    {
    }

    public IReadOnlyList<MesHost> Instances => _instances;

    /// <summary>The environment variables that lead another process to the same database.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public static async Task<ServiceUnderTest> StartAsync(TestEngines engines, Action<WebApplicationBuilder> configure)
    {
        var service = new ServiceUnderTest();
        try
        {
            // All instances share one clock, because several of them change the same order in turn.
            var clock = new UnhurriedClock();
            await service.StartInstancesAsync(engines, builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                configure(builder);
            });
            await service.UntilCacheIsInUseAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client whose requests go to the instances in turn.</summary>
    public OrdersClient As(string? key) => new(NextInstance, key);

    /// <summary>
    /// A client whose requests all go to one instance. With a single instance, every number means that one.
    /// </summary>
    public OrdersClient As(string? key, int instance)
    {
        var host = _instances[instance % _instances.Count];
        return new(() => host, key);
    }

    /// <summary>A seller that no other test uses, so that its list contains only this test's orders.</summary>
    public async Task<(string Id, OrdersClient Client)> NewSellerAsync()
    {
        var id = Unique("seller");
        return (id, As((await IssueKeyAsync(Role.Seller, id)).Reveal()));
    }

    /// <summary>Operators that no other test uses.</summary>
    public async Task<(string Id, OrdersClient Client)> NewOperatorAsync()
    {
        var id = Unique("operator");
        return (id, As((await IssueKeyAsync(Role.Operator, id)).Reveal()));
    }

    public async Task<ApiKeyText> IssueKeyAsync(Role role, string callerId)
    {
        await using var scope = _instances[0].Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(Given.NewKey(role, callerId, live: false));
        return result.Value.Text;
    }

    public async Task RevokeKeyAsync(string keyId)
    {
        await using var scope = _instances[0].Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RevokeApiKey(keyId));
        Assert.That(result.IsSuccess, Is.True);
    }

    /// <summary>
    /// Creates an order and takes it to a status. From MANUFACTURING_STARTED on, anna has claimed it.
    /// </summary>
    public Task<HttpAnswer> OrderInAsync(string status) => OrderInAsync(status, As(MesHost.Alpha));

    /// <inheritdoc cref="OrderInAsync(string)"/>
    public async Task<HttpAnswer> OrderInAsync(string status, OrdersClient seller)
    {
        var order = (await seller.SubmitAsync()).Should(201);
        foreach (var step in Lifecycle.WayTo(status))
        {
            var by = step.Roles[0] == "seller" ? seller : As(ApiEndpoint.KeyOf(step.Roles[0]));
            order = (await by.ChangeAsync(order.Id, step.Action)).Should(200);
        }

        Assert.That(order.StatusName, Is.EqualTo(status));
        return order;
    }

    /// <summary>
    /// Deletes an order's entry from the cache, like an eviction, and the change log: without it the instances' own
    /// copies do not count either.
    /// </summary>
    public async Task EvictAsync(Guid orderId)
    {
        var epoch = await EpochAsync(orderId);
        Assert.That(await Redis.KeyDeleteAsync(epoch.Entry(orderId)), Is.True, "the entry was there");
        await Redis.KeyDeleteAsync(epoch.Log);
    }

    public async Task<bool> IsCachedAsync(Guid orderId) =>
        await Redis.KeyExistsAsync((await EpochAsync(orderId)).Entry(orderId));

    /// <summary>
    /// Waits until every instance uses its cache. That takes a moment after a start and after a jump of the clock.
    /// </summary>
    public async Task UntilCacheIsInUseAsync()
    {
        for (var instance = 0; instance < _instances.Count; instance++)
        {
            // A number of days that no test requests.
            var client = As(MesHost.Anna, instance);
            await Eventually.IsTrue(
                async () => (await client.GetAsync("stats/throughput?days=89")).CacheStatus == "mes; hit", StartLimit,
                    "the cache is in use");
        }
    }

    /// <summary>The total numbers of orders and of changes.</summary>
    public async Task<(int Orders, int Changes)> CountAsync()
    {
        await using var context =
            await _instances[0].Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        return (await context.Orders.CountAsync(), await context.History.CountAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task<CacheEpoch> EpochAsync(Guid orderId)
    {
        var keys = _instances[0].Services.GetRequiredService<KeySpace>();
        CacheEpoch epoch = default;
        await Eventually.IsTrue(
            () => keys.TryGetEpoch(orderId, out epoch, out _), StartLimit, "the epoch of the cache is usable");
        return epoch;
    }

    public static string Unique(string what) => $"{what}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    private IDatabase Redis => (_redis ??=
        ConnectionMultiplexer.Connect(_instances[0].Services.GetRequiredService<Engines>().Redis!)).GetDatabase();

    private MesHost NextInstance() => _instances[(int)((uint)Interlocked.Increment(ref _turn) % _instances.Count)];

    private async Task StartInstancesAsync(TestEngines engines, Action<WebApplicationBuilder> configure)
    {
        if (engines == TestEngines.Embedded)
        {
            var directory = new TemporaryDirectory();
            _owned.Add(directory);
            Environment = new Dictionary<string, string>
            {
                ["Mes__DataDirectory"] =
                directory.Path,
                ["Mes__AllowEmbedded"] = "true"
            };
            _instances.Add(
                await MesHost.StartEmbeddedAsync([$"--Mes:DataDirectory={directory.Path}", PatientCache], configure));
            return;
        }

        // A Redis of its own, because tagged answers of one database must not be hits for another.
        var database = await TestDatabase.CreateAsync();
        _owned.Add(database);
        var (redis, cells) = engines == TestEngines.Cluster
            ? (await HttpSetUp.EmptyClusterAsync(), 12)
            : (await StartRedisAsync(), 1);
        Environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["ConnectionStrings__Redis"] = redis,
            ["Mes__Cache__Cells"] = $"{cells}",
        };
        for (var i = 0; i < 2; i++)
        {
            _instances.Add(await MesHost.StartAsync(
                database.ConnectionString, redis, [PatientCache, $"--Mes:Cache:Cells={cells}"], configure));
        }
    }

    private async Task<string> StartRedisAsync()
    {
        var redis = await TestRedisServer.StartAsync();
        _owned.Add(redis);
        return redis.ConnectionString;
    }
}
