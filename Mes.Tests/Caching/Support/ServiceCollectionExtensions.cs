using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mes.Tests.Caching.Support;

internal static class ServiceCollectionExtensions
{
    /// <summary>Wraps the registered implementation of a port, however it was registered.</summary>
    public static void Decorate<TPort>(this IServiceCollection services, Func<TPort, IServiceProvider, TPort> decorate)
        where TPort : class
    {
        var inner = services.Last(descriptor => descriptor.ServiceType == typeof(TPort));
        services.Remove(inner);
        services.Add(new ServiceDescriptor(
            typeof(TPort), provider => decorate(Create<TPort>(provider, inner), provider), inner.Lifetime));
    }

    /// <summary>Keeps the service registered, but does not start its background work.</summary>
    public static IServiceCollection DoNotStart<THosted>(this IServiceCollection services)
        where THosted : IHostedService
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { } inner && inner.ServiceType == typeof(IHostedService))
            {
                services[i] = ServiceDescriptor.Singleton(
                    provider => Create<IHostedService>(provider, inner) is var hosted && hosted is THosted
                        ? new Idle()
                        : hosted);
            }
        }

        return services;
    }

    private static TPort Create<TPort>(IServiceProvider provider, ServiceDescriptor inner) => (TPort)(
        inner.ImplementationInstance
        ?? inner.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));

    private sealed class Idle : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
