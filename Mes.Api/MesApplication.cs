using System.Net.Sockets;
using Mes.Api.Board;
using Mes.Api.Events;
using Mes.Api.Health;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Api.Keys;
using Mes.Api.Observability;
using Mes.Api.OpenApi;
using Mes.Api.Orders;
using Mes.Api.Statistics;
using Mes.Api.Webhooks;
using Mes.Application;
using Mes.Application.Json;
using Mes.Infrastructure;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.RateLimiting;
using Mes.Infrastructure.Startup;
using Mes.Infrastructure.Webhooks;

namespace Mes.Api;

/// <summary>Puts the service together.</summary>
internal static class MesApplication
{
    /// <summary>
    /// Longer than any request takes with all its attempts: a change loads, commits, retries and refreshes in less than
    /// 20 s.
    /// </summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(30);

    /// <param name="configure">For tests: runs last, so that it can replace registrations.</param>
    /// <exception cref="StartupException">The configuration is wrong or lacks something.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // JsonBody enforces RequestLimits.BodyBytes. If the server enforced it, it would close the connection
            // before it has read the whole body, and the caller might never see the response (413, or 401).
            kestrel.Limits.MaxRequestBodySize = RequestLimits.SwallowedBytes;
        });
        var operations = OperationsPort.From(builder.Configuration);
        builder.WebHost.UseUrls(
            ListenAddresses.Join([.. ListenAddresses.Of(builder.Configuration), .. operations?.Addresses ?? []]));
        // The addresses above include these ports; the framework would warn about duplicates.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, string.Empty)
            .UseSetting(WebHostDefaults.HttpsPortsKey, string.Empty);

        builder.Services.ConfigureHttpJsonOptions(options => MesJson.Apply(options.SerializerOptions));
        builder.Services.AddExceptionHandler<ExceptionHandler>();
        builder.Services.AddSingleton(services => new OutageLog(
            () => services.GetRequiredService<ServiceState>().Degraded.ContainsKey("database"),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<OutageLog>>()));
        builder.Services.AddOptions<FairnessOptions>()
            .BindConfiguration(FairnessOptions.Section); // Checked with all settings.
        builder.Services.AddSingleton<CallerShares>();
        builder.Services.PostConfigure<RateLimitOptions>(
            options => options.Enabled ??= !builder.Environment.IsDevelopment());
        builder.Services.AddSingleton<WaitingCalls>();
        builder.Services.AddSingleton<LongPoll>();
        builder.Services.AddMesOpenApi(withOperations: operations is null);
        builder.AddObservability();
        builder.Services.AddHostedService<StartupReport>();
        builder.AddDraining();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseKnownProxies(app.Configuration[Settings.Proxies]);
        app.UseMiddleware<DrainingMiddleware>();
        app.UseMiddleware<HttpRulesMiddleware>();
        app.UseMiddleware<FailureMiddleware>(app);
        if (operations is not null)
        {
            app.Use((http, next) => operations.IsWrongDoor(http) ? NothingHere(http) : next(http));
        }

        app.UseRouting();
        app.UseMiddleware<CallerMiddleware>();
        app.UseMiddleware<QueryParameterMiddleware>();

        var api = app.MapGroup("/api/v1");
        api.MapOrders();
        api.MapBoard();
        api.MapEvents();
        api.MapStatistics();
        api.MapKeys();
        api.MapWebhooks();
        app.MapHealth();
        app.MapObservability();
        app.MapMesOpenApi();
        return app;
    }

    /// <exception cref="StartupException">The server cannot listen where it should.</exception>
    public static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception)
        {
            // The server starts last. Stop the background services before the container disposes what they use.
            await app.StopAsync();
            if (exception is SocketException)
            {
                // The server's message has the address only when the port is taken.
                throw new StartupException(
                    $"The service cannot listen on {app.Configuration[WebHostDefaults.ServerUrlsKey]}: "
                    + StartupFailure.Reason(exception));
            }

            throw;
        }
    }

    /// <summary>Everything except HTTP; the console commands use it too.</summary>
    /// <exception cref="StartupException">The configuration is wrong or lacks something.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var development = builder.Environment.IsDevelopment();
        SettingsCheck.Pass(builder.Configuration, development);
        var engines = Engines.Choose(builder.Configuration);

        // By a factory, so that the container disposes it.
        builder.Services.AddSingleton(_ => engines);
        builder.Services.AddApplication();
        builder.Services.AddInfrastructure(new InfrastructureSettings
        {
            Database = engines.Database,
            Redis = engines.Redis,
            IsCacheExclusive = engines.IsCacheEmbedded,
            DemoKeys = development ? DemoKeys.ForDevelopment : DemoKeys.None,
            MigrateOnStartup = builder.Configuration.GetValue(Settings.MigrateOnStartup, development),
            SecretKeys = SecretsKey.Of(builder.Configuration, development),
            Webhooks = new WebhookSettings
            {
                AllowPrivateAddresses =
                    builder.Configuration.GetValue(Settings.WebhooksAllowPrivateAddresses, development),
                Proxy = builder.Configuration[Settings.WebhooksProxy] is { Length: > 0 } proxy ? new Uri(proxy) : null,
            },
        });
        return builder;
    }

    private static Task NothingHere(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>
    /// The host stops its services one by one, in reverse order of their start. The HTTP server starts last, so it
    /// stops first: requests under way complete while everything that they need still works.
    /// </summary>
    private static void AddDraining(this WebApplicationBuilder builder)
    {
        var delay = builder.Configuration.GetValue(Settings.ShutdownDelay, Settings.DefaultShutdownDelay);
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton<IHostLifetime>(
            services => ActivatorUtilities.CreateInstance<DrainingLifetime>(services, delay));
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = LongestRequest;
            options.ServicesStopConcurrently = false;
        });
    }
}
