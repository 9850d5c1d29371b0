using Mes.Api;
using Mes.Application.Caching;

namespace Mes.Contenders;

/// <summary>The service with another cache: only the two ports of the cache are registered anew.</summary>
internal static class ContenderApplication
{
    private static readonly Dictionary<string, Action<IServiceCollection, string>> ByName = new()
    {
        ["hybrid"] = (services, redis) => HybridContender.Register(services, redis, isLocal: false),
        ["hybrid-local"] = (services, redis) => HybridContender.Register(services, redis, isLocal: true),
        ["fusion"] = (services, redis) => FusionContender.Register(services, redis, isLocal: false),
        ["fusion-local"] = (services, redis) => FusionContender.Register(services, redis, isLocal: true),
        ["output"] = OutputContender.Register,
        ["aside"] = AsideContender.Register,
    };

    public static WebApplication Build(string name, string[] args)
    {
        if (!ByName.TryGetValue(name, out var register))
        {
            throw new ArgumentException($"There is no contender {name}: {string.Join(", ", ByName.Keys)}.");
        }

        // The service's own cache is off: it connects to no Redis, and reads and changes go to the ports alone.
        var app = MesApplication.Build([.. args, "--Mes:Cache:Enabled=false"], builder =>
        {
            register(builder.Services, builder.Configuration.GetConnectionString("Redis")!);
            builder.Services.AddSingleton<IOrderCache>(
                provider => provider.GetRequiredService<ContenderCache>());
            builder.Services.AddSingleton<IOrderIndexes>(
                provider => provider.GetRequiredService<ContenderCache>());
        });
        if (name == "output")
        {
            app.UseOutputCache(); // Behind the authentication, in front of the endpoints.
        }

        return app;
    }
}
