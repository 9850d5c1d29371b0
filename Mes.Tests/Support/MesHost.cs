using System.Net.Http.Headers;
using Mes.Api;
using Mes.Infrastructure.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mes.Tests.Support;

/// <summary>One real instance of the service on a free port: real HTTP, real engines, the demo keys.</summary>
internal sealed class MesHost : IAsyncDisposable
{
    public const string Alpha = "mes_test_seller-alpha_demo";
    public const string Beta = "mes_test_seller-beta_demo";
    public const string Anna = "mes_test_operator-anna_demo";
    public const string Boris = "mes_test_operator-boris_demo";
    public const string Crm = "mes_test_service-crm_demo";
    public const string Admin = "mes_test_admin_demo";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly string? _dataDirectory;

    private MesHost(WebApplication app, string? dataDirectory)
    {
        _app = app;
        _dataDirectory = dataDirectory;
        Address = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts an instance on PostgreSQL and Redis.</summary>
    /// <param name="configure">Runs last, so that it can replace services by test doubles.</param>
    public static Task<MesHost> StartAsync(
        string postgres, string redis, IEnumerable<string>? settings = null, Action<WebApplicationBuilder>? configure =
            null) =>
        StartAsync([$"--ConnectionStrings:Postgres={postgres}", $"--ConnectionStrings:Redis={redis}", .. settings
            ?? []], null, configure);

    /// <summary>Starts an instance on the embedded engines, with its own data directory.</summary>
    public static Task<MesHost> StartEmbeddedAsync(
        IEnumerable<string>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var directory = Directory.CreateTempSubdirectory("mes-tests-").FullName;
        return StartAsync([$"--Mes:DataDirectory={directory}", .. settings ?? []], directory, configure);
    }

    /// <summary>Sends a request, without a key unless one is given.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? key = null, HttpContent? content =
            null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        headers?.Invoke(request.Headers);
        return await _client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_dataDirectory is not null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_dataDirectory, recursive: true);
        }
    }

    private static async Task<MesHost> StartAsync(
        string[] settings, string? dataDirectory, Action<WebApplicationBuilder>? configure)
    {
        var app = MesApplication.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", .. settings],
            builder =>
            {
                builder.Logging.ClearProviders();
                configure?.Invoke(builder);
            });
        await app.StartAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        await app.Services.GetRequiredService<ServiceState>().WaitUntilReadyAsync(limit.Token);
        return new MesHost(app, dataDirectory);
    }
}
