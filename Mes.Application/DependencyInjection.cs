using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mes.Application;

/// <summary>
/// Registers the use cases and the pipeline around them. The ports are the infrastructure's to register.
/// </summary>
public static class DependencyInjection
{
    public static IServiceCollection AddApplication(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddPipelines(typeof(DependencyInjection).Assembly);
        services.AddSingleton<OrderRefresher>();
        return services;
    }
}
