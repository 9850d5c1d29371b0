using System.Text.Json;
using MediatR;
using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Messaging;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;
using StackExchange.Redis;
using Order = Mes.Domain.Orders.Order;

namespace Mes.Tests.Caching.Support;

/// <summary>One instance of the service, whole and real, with seams between it and its ports.</summary>
internal sealed class Instance : IAsyncDisposable
{
    /// <summary>
    /// On a slow machine a hit must not become a bypass, which would tell the truth where a test waits for an old
    /// status.
    /// </summary>
    private const string Patient = "--Mes:Cache:ReadTimeout=00:00:10";
    private const int RelayAttempts = 5;

    private static readonly string[] NoNearCopies = ["--Mes:Cache:NearCopies:MaxBytes=0"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private Instance(MesHost host, Seams seams) => (Host, Seams) = (host, seams);

    public MesHost Host { get; }

    public Seams Seams { get; }

    public IOrderCache Cache => Host.Services.GetRequiredService<IOrderCache>();

    public ITaggedCache TaggedCache => Host.Services.GetRequiredService<ITaggedCache>();

    public LicencePoll Poll => Host.Services.GetRequiredService<LicencePoll>();

    public Licences Licences => Host.Services.GetRequiredService<Licences>();

    /// <summary>The epoch that this instance works in.</summary>
    public long Epoch => Keys.Number;

    /// <summary>The keys of the epoch in which the instance works, if there is one cell.</summary>
    public CacheEpoch Keys => Host.Services.GetRequiredService<KeySpace>().Require();

    public static async Task<Instance> StartAsync(string postgres, string redis, InstanceSettings settings)
    {
        var seams = new Seams();
        var host = await MesHost.StartAsync(
            settings.Postgres ?? postgres, settings.Redis ?? redis,
            [Patient, .. settings.HasNearCopies ? [] : NoNearCopies, .. settings.Arguments], builder =>
        {
            var services = builder.Services;
            services.Replace(ServiceDescriptor.Singleton(settings.Clock));
            if (settings.Plant is { } plant)
            {
                services.Replace(ServiceDescriptor.Singleton(plant));
            }

            if (settings.IndexesHeld)
            {
                services.DoNotStart<IndexMaintainer>();
            }

            if (settings.RelayHeld)
            {
                services.DoNotStart<OutboxRelay>();
            }

            if (settings.PollHeld)
            {
                services.DoNotStart<LicencePoll>();
            }

            services.Decorate<IOrderCache>((inner, _) => new SeamedOrderCache(inner, seams));
            services.Decorate<IOrderReader>((inner, _) => new SeamedOrderReader(inner, seams));
            services.Decorate<IUnitOfWork>((inner, _) => new SeamedUnitOfWork(inner, seams));
            settings.Services?.Invoke(services);
        });
        await Eventually.IsTrue(
            () => host.Services.GetRequiredService<KeySpace>().TryGetEpoch(out _, out _), Limit,
                "the instance may use its cache");
        return new Instance(host, seams);
    }

    public RedisKey EntryKey(Guid orderId) => KeysOf(orderId).Entry(orderId);

    public RedisKey LeaseKey(Guid orderId) => KeysOf(orderId).Lease(orderId);

    /// <summary>The keys of the order's cell in the epoch in which the instance works.</summary>
    public CacheEpoch KeysOf(Guid orderId) => Host.Services.GetRequiredService<KeySpace>().Require(orderId);

    /// <summary>Sends a command as the API does. Completes when the command is acknowledged.</summary>
    public async Task<Result<StatusChange>> SendAsync(
        IOrderCommand command, CancellationToken cancellationToken = default)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, cancellationToken);
    }

    /// <summary>Sends a command that must succeed.</summary>
    public async Task<Order> ChangeAsync(IOrderCommand command)
    {
        var result = await SendAsync(command);
        return result.IsSuccess
            ? result.Value.Order
            : throw new InvalidOperationException($"{command.GetType().Name}: {result.Error}");
    }

    /// <summary>Reads the order as a caller does. Null if it does not exist.</summary>
    public async Task<OrderDocument?> ReadAsync(Guid orderId) => (await ReadReportedAsync(orderId)).Order;

    /// <returns>The order, and how the cache took part.</returns>
    public async Task<(OrderDocument? Order, CacheReport Report)> ReadReportedAsync(Guid orderId)
    {
        var result = await Host.Services.GetRequiredService<IMediator>().Send(new GetOrder(orderId, Commands.Crm));
        var order = result.IsSuccess
            ? JsonSerializer.Deserialize<OrderDocument>(result.Value.Json.Span, MesJson.Options)
            : null;
        return (order, CacheReport.Of(result));
    }

    /// <summary>The version that a caller is told. Null if the order does not exist.</summary>
    public async Task<int?> VersionSeenAsync(Guid orderId) => (await ReadAsync(orderId))?.Version;

    /// <summary>Answers a query as the API does.</summary>
    /// <returns>The answer, and how the cache took part.</returns>
    public async Task<(T Answer, CacheReport Report)> QueryAsync<T>(IQuery<T> query)
    {
        var result = await Host.Services.GetRequiredService<IMediator>().Send(query);
        return (result.Value, CacheReport.Of(result));
    }

    /// <summary>Answers a query from the cache, which has lost nothing: a miss fails the test.</summary>
    public Task<T> HitAsync<T>(IQuery<T> query) => Hits.GetAsync(() => QueryAsync(query), $"{query}");

    /// <inheritdoc cref="HitAsync{T}(IQuery{T})"/>
    public async Task<OrderDocument> HitAsync(Guid orderId) =>
        (await Hits.GetAsync(() => ReadReportedAsync(orderId), $"order {orderId}"))!;

    /// <summary>Asks until the cache answers the query: the question is what has an index built.</summary>
    public Task<T> UntilHitAsync<T>(IQuery<T> query) => Hits.ComeBackAsync(() => QueryAsync(query), $"{query}");

    /// <inheritdoc cref="UntilHitAsync{T}(IQuery{T})"/>
    public async Task<OrderDocument> UntilHitAsync(Guid orderId) =>
        (await Hits.ComeBackAsync(() => ReadReportedAsync(orderId), $"order {orderId}"))!;

    /// <summary>Answers a query that the cache cannot answer. A hit fails the test.</summary>
    public async Task<(T Answer, CacheReport Report)> MissAsync<T>(IQuery<T> query)
    {
        var told = await Hits.AskAsync(() => QueryAsync(query), $"{query}");
        Assert.That(told.Report.Outcome, Is.EqualTo(CacheOutcome.Miss), $"{query}");
        return told;
    }

    /// <summary>Waits until the board's indexes and the first seller's are whole.</summary>
    public async Task UntilIndexesAreWholeAsync()
    {
        await UntilHitAsync(new GetBoard(1));
        await UntilHitAsync(Commands.List());
    }

    /// <summary>
    /// Waits until the instance has identified the Redis behind its connection since its clock was last advanced.
    /// </summary>
    public Task UntilRedisIsKnownAsync() => Eventually.IsTrue(
        async () => (await Host.Services.GetRequiredService<RedisRouter>().SendAsync<object?, bool>(
            Cells.Common, "ping", null, static async (database, _) =>
                await database.PingAsync() >= TimeSpan.Zero)).AnsweredBy is not null,
        Limit,
        "the instance knows what its connection to Redis leads to");

    /// <summary>Asks the database for a licence now.</summary>
    public Task<DatabaseState> PollAsync() => Poll.PollAsync(CancellationToken.None);

    /// <summary>
    /// Has the relay repair what is due. As in its own loop, a statement that the database did not answer in time, such
    /// as on a machine that stands still, is no end: the relay tries again.
    /// </summary>
    /// <returns>How many rows were repaired or deleted in the last attempt.</returns>
    public async Task<int> RelayAsync()
    {
        var (relay, engine) =
            (Host.Services.GetRequiredService<OutboxRelay>(), Host.Services.GetRequiredService<IDatabaseEngine>());
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await relay.RepairAsync(CancellationToken.None);
            }
            catch (Exception exception) when (engine.IsTransient(exception) && attempt < RelayAttempts)
            {
            }
        }
    }

    /// <summary>
    /// Ends the instance. The seams that answer in place of its ports stay until its end. Otherwise background work
    /// would do in its last moments what the test has kept it from.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Seams.LetGo();
        await Host.DisposeAsync();
    }
}
