using System.Security.Cryptography;
using MediatR;
using Mes.Api.Hosting;
using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Http;

/// <summary>The instances of the service, and what stands behind them.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    /// <summary>
    /// What a busy machine makes of the usual budget is another fixture's matter: here a hit must be a hit.
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

    /// <summary>The settings that lead another process to the same database, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public static async Task<ServiceUnderTest> StartAsync(TestEngines engines, Action<WebApplicationBuilder> configure)
    {
        var service = new ServiceUnderTest();
        try
        {
            // One for all: orders are changed by several instances in turn.
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

    /// <summary>A caller whose requests go to the instances in turn.</summary>
    public OrdersClient As(string? key) => new(NextInstance, key);

    /// <summary>
    /// A caller whose requests all go to one instance; the same one for each number where there is only one.
    /// </summary>
    public OrdersClient As(string? key, int instance)
    {
        var host = _instances[instance % _instances.Count];
        return new(() => host, key);
    }

    /// <summary>A seller that nobody else has heard of, so that its list is not disturbed.</summary>
    public async Task<(string Id, OrdersClient Client)> NewSellerAsync()
    {
        var id = Unique("seller");
        return (id, As((await IssueKeyAsync(Role.Seller, id)).Reveal()));
    }

    /// <summary>Operators that nobody else has heard of.</summary>
    public async Task<(string Id, OrdersClient Client)> NewOperatorAsync()
    {
        var id = Unique("operator");
        return (id, As((await IssueKeyAsync(Role.Operator, id)).Reveal()));
    }

    public async Task<ApiKeyText> IssueKeyAsync(Role role, string callerId)
    {
        await using var scope = _instances[0].Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new CreateApiKey(role, callerId, Live: false));
        return result.Value;
    }

    public async Task RevokeKeyAsync(string keyId)
    {
        await using var scope = _instances[0].Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RevokeApiKey(keyId));
        Assert.That(result.IsSuccess, Is.True);
    }

    /// <summary>A new order, walked to the status that is wanted. Started or beyond, it is anna's.</summary>
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

    /// <summary>Takes an order's entry out of the cache, as an eviction would.</summary>
    public async Task EvictAsync(Guid orderId)
    {
        Assert.That(await Redis.KeyDeleteAsync(await EntryAsync(orderId)), Is.True, "the entry was there");
    }

    public async Task<bool> IsCachedAsync(Guid orderId) => await Redis.KeyExistsAsync(await EntryAsync(orderId));

    /// <summary>
    /// Waits until every instance uses its cache: not at once after a start, nor after the clock has jumped.
    /// </summary>
    public async Task UntilCacheIsInUseAsync()
    {
        for (var instance = 0; instance < _instances.Count; instance++)
        {
            // A number of days that no test asks for.
            var client = As(MesHost.Anna, instance);
            await Eventually.IsTrue(
                async () => (await client.GetAsync("stats/throughput?days=89")).CacheStatus == "mes; hit", StartLimit,
                    "the cache is in use");
        }
    }

    /// <summary>How many orders and changes there are altogether.</summary>
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

    private async Task<RedisKey> EntryAsync(Guid orderId)
    {
        var keys = _instances[0].Services.GetRequiredService<KeySpace>();
        RedisKey entry = default;
        await Eventually.IsTrue(
            () =>
            {
                var isUsable = keys.TryGetEpoch(orderId, out var epoch, out _);
                entry = epoch.Entry(orderId);
                return isUsable;
            },
            StartLimit,
            "the epoch of the cache is usable");
        return entry;
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

        // A Redis of its own: tagged answers of one database must not be hits for another.
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
