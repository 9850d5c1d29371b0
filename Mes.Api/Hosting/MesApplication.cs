using System.Net.Sockets;
using Mes.Api.Board;
using Mes.Api.Health;
using Mes.Api.Http;
using Mes.Api.Observability;
using Mes.Api.OpenApi;
using Mes.Api.Orders;
using Mes.Api.Statistics;
using Mes.Application;
using Mes.Application.Json;
using Mes.Infrastructure;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Startup;

namespace Mes.Api.Hosting;

/// <summary>The service, put together.</summary>
internal static class MesApplication
{
    /// <summary>Longer than any request takes with all its tries: a change loads, commits, decides anew and refreshes in less than 20 s.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(30);

    /// <param name="configure">For tests: runs last, so that it may replace what was registered.</param>
    /// <exception cref="StartupException">The configuration is wrong or lacks something.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The limit is RequestLimits.BodyBytes, kept by whoever reads a body (JsonBody). With one of that size the server would hang
            // up on what it has not read, and the answer that says so (413, or 401) would be lost on the way with the connection.
            kestrel.Limits.MaxRequestBodySize = RequestLimits.SwallowedBytes;
        });
        var operations = OperationsPort.From(builder.Configuration);
        builder.WebHost.UseUrls(ListenAddresses.Join([.. ListenAddresses.Of(builder.Configuration), .. operations?.Addresses ?? []]));
        // They are among the addresses above; the framework warns of those that it is told twice.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, string.Empty).UseSetting(WebHostDefaults.HttpsPortsKey, string.Empty);

        builder.Services.ConfigureHttpJsonOptions(options => MesJson.Apply(options.SerializerOptions));
        builder.Services.AddExceptionHandler<ExceptionHandler>();
        builder.Services.AddSingleton(services => new OutageLog(
            () => services.GetRequiredService<ServiceState>().Degraded.ContainsKey("database"),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<OutageLog>>()));
        builder.Services.AddOptions<FairnessOptions>().BindConfiguration(FairnessOptions.Section); // Checked with all settings.
        builder.Services.AddSingleton<CallerShares>();
        builder.Services.AddMesOpenApi(withOperations: operations is null);
        builder.AddObservability();
        builder.Services.AddHostedService<StartupReport>();
        builder.AddDraining();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<DrainingMiddleware>();
        app.UseMiddleware<HttpRulesMiddleware>();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => StatusCodeProblem(context.HttpContext));
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
        api.MapStatistics();
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
            // The server is started last: what works in the background must end before the services that it uses are disposed.
            await app.StopAsync();
            if (exception is SocketException)
            {
                // The server says where only when the port is taken.
                throw new StartupException($"The service cannot listen at {app.Configuration[WebHostDefaults.ServerUrlsKey]}: {StartupFailure.Reason(exception)}");
            }

            throw;
        }
    }

    /// <summary>Everything but HTTP: also what the commands of the command line run on.</summary>
    /// <exception cref="StartupException">The configuration is wrong or lacks something.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var development = builder.Environment.IsDevelopment();
        SettingsCheck.Pass(builder.Configuration, development);
        var engines = Engines.Choose(builder.Configuration);

        // By a factory, so that the container disposes what it holds.
        builder.Services.AddSingleton(_ => engines);
        builder.Services.AddApplication();
        builder.Services.AddInfrastructure(new InfrastructureSettings
        {
            Database = engines.Database,
            Redis = engines.Redis,
            IsCacheExclusive = engines.IsCacheEmbedded,
            DemoKeys = development ? DemoKeys.ForDevelopment : DemoKeys.None,
            MigrateOnStartup = builder.Configuration.GetValue(Settings.MigrateOnStartup, development),
        });
        return builder;
    }

    private static Task NothingHere(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>
    /// The host stops what it has started in reverse order, one after the other, and the HTTP server was started last: requests under way are
    /// answered while everything that they need still works.
    /// </summary>
    private static void AddDraining(this WebApplicationBuilder builder)
    {
        var delay = builder.Configuration.GetValue(Settings.ShutdownDelay, Settings.DefaultShutdownDelay);
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton<IHostLifetime>(services => ActivatorUtilities.CreateInstance<DrainingLifetime>(services, delay));
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = LongestRequest;
            options.ServicesStopConcurrently = false;
        });
    }

    /// <summary>What routing turns away without a body: no such path, no such method on it.</summary>
    private static Task StatusCodeProblem(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ProblemResult.Of(ProblemCatalog.NotFound, "There is nothing at this path.").ExecuteAsync(http),
        StatusCodes.Status405MethodNotAllowed => ProblemResult.Of(ProblemCatalog.MethodNotAllowed, $"Use {http.Response.Headers.Allow}.").ExecuteAsync(http),
        StatusCodes.Status415UnsupportedMediaType => ProblemResult.Of(ProblemCatalog.UnsupportedMediaType, "Send the body as application/json in UTF-8.").ExecuteAsync(http),
        _ => Task.CompletedTask,
    };
}
