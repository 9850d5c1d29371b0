using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Secrets;
using Mes.Infrastructure.Startup;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Mes.Api.Hosting;

/// <summary>Logs, as soon as the service can serve, its address and what it runs on.</summary>
internal sealed partial class StartupReport(
    IServer server,
    IHostApplicationLifetime lifetime,
    ServiceState state,
    Engines engines,
    DemoKeys demoKeys,
    SecretKeys secretKeys,
    IConfiguration configuration,
    ILogger<StartupReport> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (secretKeys.All.Count == 0)
        {
            NoSecretsKey(Settings.SecretsKey);
        }

        foreach (var unknown in SettingsCheck.Unknown(configuration))
        {
            UnknownSetting(unknown);
        }

        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await state.WaitUntilReadyAsync(stoppingToken);

        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        Listening(address);
        Database(engines.Database.Description);
        Cache(engines.Cache);
        Documentation(address);
        foreach (var (key, caller) in demoKeys.All)
        {
            DemoKey(caller.ToString(), key);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready at {Address}")]
    private partial void Listening(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Unknown}")]
    private partial void UnknownSetting(string unknown);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} is not set: there are no webhooks")]
    private partial void NoSecretsKey(string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database: {Database}")]
    private partial void Database(string database);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cache: {Cache}")]
    private partial void Cache(string cache);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API and its documentation: {Address}/docs")]
    private partial void Documentation(string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo key of {Caller}: {Key}")]
    private partial void DemoKey(string caller, string key);
}
