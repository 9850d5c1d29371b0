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

namespace Mes.Api.Hosting;

/// <summary>The service, put together.</summary>
internal static class MesApplication
{
    private const string DefaultUrl = "http://localhost:5080";

    /// <param name="configure">For tests: runs last, so that it may replace what was registered.</param>
    /// <exception cref="StartupException">The configuration lacks something.</exception>
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
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.ConfigureHttpJsonOptions(options => MesJson.Apply(options.SerializerOptions));
        builder.Services.AddExceptionHandler<ExceptionHandler>();
        builder.Services.AddSingleton(services => new OutageLog(
            () => services.GetRequiredService<ServiceState>().Degraded.ContainsKey("database"),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<OutageLog>>()));
        builder.Services.AddOptions<FairnessOptions>().BindConfiguration(FairnessOptions.Section)
            .Validate(options => options.PermitsPerProcessor is >= 1 and <= 10_000, $"{FairnessOptions.Section}:{nameof(FairnessOptions.PermitsPerProcessor)} must be between 1 and 10000.")
            .Validate(options => options.MostWaiting >= 0, $"{FairnessOptions.Section}:{nameof(FairnessOptions.MostWaiting)} must not be negative.")
            .Validate(options => options.Patience > TimeSpan.Zero, $"{FairnessOptions.Section}:{nameof(FairnessOptions.Patience)} must be positive.")
            .ValidateOnStart();
        builder.Services.AddSingleton<CallerShares>();
        builder.Services.AddMesOpenApi();
        builder.AddObservability();
        builder.Services.AddHostedService<StartupReport>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<HttpRulesMiddleware>();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => StatusCodeProblem(context.HttpContext));
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

    /// <summary>Everything but HTTP: also what the commands of the command line run on.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var development = builder.Environment.IsDevelopment();
        var engines = Engines.Choose(builder.Configuration, development || builder.Configuration.GetValue("Mes:AllowEmbedded", false));

        // By a factory, so that the container disposes what it holds.
        builder.Services.AddSingleton(_ => engines);
        builder.Services.AddApplication();
        builder.Services.AddInfrastructure(new InfrastructureSettings
        {
            Database = engines.Database,
            Redis = engines.Redis,
            IsCacheExclusive = engines.IsCacheEmbedded,
            DemoKeys = development ? DemoKeys.ForDevelopment : DemoKeys.None,
            MigrateOnStartup = builder.Configuration.GetValue("Mes:MigrateOnStartup", development),
        });
        return builder;
    }

    /// <summary>What routing turns away without a body: no such path, no such method on it.</summary>
    private static Task StatusCodeProblem(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problem.Of(ProblemCatalog.NotFound, "There is nothing at this path.").ExecuteAsync(http),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(ProblemCatalog.MethodNotAllowed, $"Use {http.Response.Headers.Allow}.").ExecuteAsync(http),
        StatusCodes.Status415UnsupportedMediaType => Problem.Of(ProblemCatalog.UnsupportedMediaType, "Send the body as application/json in UTF-8.").ExecuteAsync(http),
        _ => Task.CompletedTask,
    };
}
