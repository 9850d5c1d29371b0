using System.Diagnostics.Metrics;
using Mes.Application.ApiKeys;
using Mes.Application.Caching;
using Mes.Application.Events;
using Mes.Application.Operations;
using Mes.Application.Orders;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.RateLimiting;
using Mes.Application.Sessions;
using Mes.Application.Statistics;
using Mes.Application.Webhooks;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Caching.Tags;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Paging;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Reads;
using Mes.Infrastructure.RateLimiting;
using Mes.Infrastructure.Redis;
using Mes.Infrastructure.Secrets;
using Mes.Infrastructure.Startup;
using Mes.Infrastructure.Webhooks;
using Mes.Infrastructure.Webhooks.Egress;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure;

/// <summary>Registers database, cache and callers behind the application's ports.</summary>
public static class DependencyInjection
{
    public static IServiceCollection AddInfrastructure(
        this IServiceCollection services, InfrastructureSettings settings)
    {
        services.AddSingleton(settings.DemoKeys);
        services.AddPersistence(settings);
        if (settings.Redis is { } redis)
        {
            services.AddRedis(redis, settings.RedisPassword);
            services.AddHosted<OutboxRelay>();
        }
        else
        {
            services.AddSingleton<DisabledCache>();
            services.AddSingleton<IOrderCache>(provider => provider.GetRequiredService<DisabledCache>());
            services.AddSingleton<IOrderIndexes>(provider => provider.GetRequiredService<DisabledCache>());
            services.AddSingleton<ITaggedCache>(provider => provider.GetRequiredService<DisabledCache>());
            services.AddSingleton<ICacheHealth>(provider => provider.GetRequiredService<DisabledCache>());
            services.AddHosted<OutboxJanitor>();
        }

        services.AddEvents();
        services.AddRateLimits(isAlone: settings.Redis is null || settings.IsCacheExclusive);
        services.AddWebhooks(settings);
        return services;
    }

    private static void AddPersistence(this IServiceCollection services, InfrastructureSettings settings)
    {
        services.AddMetrics();
        services.AddSingleton<DatabaseMetrics>();
        services.AddSingleton<DatabaseWriteState>();
        services.AddSingleton(_ => settings.Database); // By a factory, so that the container disposes it.
        services.AddPooledDbContextFactory<MesDbContext>((provider, options) =>
        {
            settings.Database.Configure(options);
            options.AddInterceptors(
                provider.GetRequiredService<DatabaseMetrics>(), provider.GetRequiredService<DatabaseWriteState>());
        });
        services.AddScoped(
            provider => provider.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContext());
        services.AddSingleton<TransientRetry>();
        services.AddSingleton<DatabaseReads>();
        services.AddSingleton<SchemaMigrator>();
        services.AddSingleton<ReadySignal>();
        services.AddSingleton<CacheWarmUp>();
        services.AddSingleton<ICursorKey, CursorKey>();
        services.AddSingleton<ICursorProtector, CursorProtector>();

        services.AddSingleton<OrderReader>();
        services.AddSingleton<IOrderReader>(provider => provider.GetRequiredService<OrderReader>());
        services.AddSingleton<IOrderHistoryReader>(provider => provider.GetRequiredService<OrderReader>());
        services.AddSingleton<IOrderSelectionReader, OrderSelectionReader>();
        services.AddSingleton<IThroughputReader, ThroughputReader>();
        services.AddSingleton<AuthenticationFailures>();
        services.AddSingleton<DatabaseTime>();
        services.AddHosted<KeyUses>();
        services.AddSingleton<KeyTableSource>();
        services.AddSingleton<ICallerDirectory, CallerDirectory>();
        services.AddScoped<IOrderRepository, OrderRepository>();
        services.AddSingleton<IApiKeyReader, ApiKeyReader>();
        services.AddScoped<IApiKeyRepository, ApiKeyRepository>();
        services.AddSingleton<ISessionDirectory, SessionDirectory>();
        services.AddScoped<ISessionRepository, SessionRepository>();
        services.AddScoped<UnitOfWork>();
        services.AddScoped<IUnitOfWork>(provider => provider.GetRequiredService<UnitOfWork>());
        services.AddScoped<IOutbox>(provider => provider.GetRequiredService<UnitOfWork>());

        services.AddSingleton(provider => new ServiceState(
            provider.GetRequiredService<SchemaMigrator>(),
            provider.GetRequiredService<LicencePoll>(),
            provider.GetRequiredService<DatabaseWriteState>(),
            provider.GetRequiredService<KeySpace>(),
            provider.GetRequiredService<ICacheHealth>(),
            provider.GetRequiredService<Cells>(),
            provider.GetRequiredService<CacheWarmUp>(),
            provider.GetRequiredService<ReadySignal>(),
            settings.MigrateOnStartup,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ServiceState>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ServiceState>());
        services.AddSingleton(new CacheExclusivity(settings.IsCacheExclusive));
        services.AddOptions<CacheOptions>().BindConfiguration(CacheOptions.Section);
        services.AddSingleton(provider => new Cells(provider.GetRequiredService<IOptions<CacheOptions>>().Value.Cells));
        services.AddSingleton<Licences>();
        services.AddSingleton<KeySpace>();
        services.AddHosted<LicencePoll>();
        services.AddSingleton<SettledSignal>();
        services.AddSingleton<OverdueChanges>();
        services.AddHosted<OutageMarks>();
        services.AddHosted<OutboxSweeper>();
        services.AddHosted<OutboxMetrics>();
        services.AddHosted<IdempotencyKeyCleaner>();
        services.AddSingleton<ISystemStatus>(provider => new SystemStatus(
            provider.GetRequiredService<ServiceState>(),
            provider.GetRequiredService<LicencePoll>(),
            provider.GetService<CacheMetrics>(),
            provider.GetRequiredService<OutboxMetrics>(),
            provider.GetRequiredService<EventMetrics>(),
            provider.GetRequiredService<EventTail>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddEvents(this IServiceCollection services)
    {
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.Section);
        services.AddSingleton<EventTail>();
        services.AddSingleton<EventTailReader>();
        services.AddSingleton<EventNumbering>();
        services.AddSingleton<IEventSource, EventSource>();
        services.AddSingleton<IEventCursors, EventCursors>();
        services.AddHosted<EventSequencer>();
        services.AddHosted<EventCleaner>();
        services.AddHosted<EventMetrics>();
    }

    private static void AddRateLimits(this IServiceCollection services, bool isAlone)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section);
        services.AddSingleton<IRateLimiter>(provider => new RateLimiter(
            provider.GetRequiredService<IOptions<RateLimitOptions>>().Value,
            isAlone ? null : ActivatorUtilities.CreateInstance<RedisRateLimitStore>(provider),
            provider.GetRequiredService<IOptions<CacheOptions>>().Value.ReadTimeout,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddWebhooks(this IServiceCollection services, InfrastructureSettings settings)
    {
        services.AddSingleton(settings.Webhooks);
        services.AddSingleton(settings.SecretKeys);
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<IWebhookSecrets>(provider => provider.GetRequiredService<WebhookSecrets>());
        services.AddSingleton<IWebhookUrls, WebhookUrls>();
        services.AddSingleton<IHostAddresses, SystemHostAddresses>();
        services.AddSingleton<WebhookConnector>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<DeliveryClaims>();
        services.AddSingleton<WebhookStops>();
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton<IWebhookReader, WebhookReader>();
        services.AddScoped<IWebhookRepository, WebhookRepository>();
        services.AddHosted<WebhookMetrics>();
        services.AddHosted<WebhookDispatcher>();
        services.AddHosted<WebhookLogCleaner>();
    }

    private static void AddRedis(
        this IServiceCollection services, string connectionString, string? password)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CacheOptions>>().Value;
            return new RedisConnection(
                connectionString,
                password,
                options.PutTimeout > options.ReadTimeout ? options.PutTimeout : options.ReadTimeout);
        });
        services.AddSingleton<CacheMetrics>();
        services.AddHosted<RedisRouter>();
        services.AddSingleton<ICacheHealth>(provider => provider.GetRequiredService<RedisRouter>());
        services.AddSingleton<IDistributedCache, SharedConnectionDistributedCache>();
        services.AddHosted<OldEpochSweeper>();
        services.AddSingleton<OrderQuestions>();
        services.AddSingleton<RedisOrderCache>();
        services.AddSingleton<IOrderCache>(provider => provider.GetRequiredService<RedisOrderCache>());
        services.AddSingleton<LocalIndexCopies>();
        services.AddSingleton(
            provider => new IndexSource(
                provider.GetRequiredService<DatabaseReads>(), provider.GetRequiredService<DemoKeys>().SellerIds));
        services.AddSingleton<IndexBuildMarks>();
        services.AddSingleton<OrderBatchRefresher>();
        services.AddSingleton<IndexBuilder>();
        services.AddHosted<IndexMaintainer>();
        services.AddSingleton<IOrderIndexes, RedisOrderIndexes>();
        services.AddSingleton<ITaggedCache, TaggedCache>();
    }

    private static void AddHosted<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
