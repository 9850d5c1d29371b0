using System.Reflection;
using FluentValidation;
using MediatR;
using Mes.Application.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Application.Behaviors;

/// <summary>
/// Builds the pipeline of every request. Only this folder depends on MediatR's version (docs/decisions/0001).
/// </summary>
/// <remarks>
/// Each request gets closed behaviours, chosen by its kind. The container would silently skip an open generic behaviour
/// whose constraints a request does not meet; a closed one prevents the start. So does a request whose tags would
/// produce a stale answer (<see cref="TagRules"/>).
/// <para>
/// Handlers and behaviours of queries hold nothing of one request, so they are singletons. Those of commands belong to
/// the command's scope, as its unit of work does.
/// </para>
/// </remarks>
internal static class PipelineRegistration
{
    public static IServiceCollection AddPipelines(this IServiceCollection services, Assembly assembly)
    {
        services.AddSingleton<IMediator, PipelineMediator>();
        services.AddScoped<CommitBarrier>();
        services.AddSingleton(new SharedComputations(SharedComputations.Longest));

        List<Type> requests = [];
        foreach (var type in assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericType: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(contract => contract.IsGenericType))
            {
                if (contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
                {
                    var lifetime = LifetimeOf(request: contract.GenericTypeArguments[0]);
                    services.Add(new ServiceDescriptor(contract, type, lifetime));
                    if (type.BaseType is { IsGenericType: true } parent
                        && parent.GetGenericTypeDefinition() == typeof(IndexQueryHandler<,>))
                    {
                        services.Add(new ServiceDescriptor(parent, type, lifetime));
                    }
                }
                else if (contract.GetGenericTypeDefinition() == typeof(IValidator<>) && !type.IsNested)
                {
                    services.AddSingleton(contract, type);
                }
                else if (contract.GetGenericTypeDefinition() == typeof(IRequest<>))
                {
                    services.AddPipeline(request: type, response: contract.GenericTypeArguments[0]);
                    requests.Add(type);
                }
            }
        }

        TagRules.Require(requests);
        return services;
    }

    private static void AddPipeline(this IServiceCollection services, Type request, Type response)
    {
        var contract = typeof(IPipelineBehavior<,>).MakeGenericType(request, response);
        foreach (var behavior in BehaviorsOf(request, response))
        {
            services.Add(new ServiceDescriptor(contract, behavior, LifetimeOf(request)));
        }
    }

    public static bool IsQuery(Type request) => Closes(request, typeof(IQuery<>)) is not null;

    private static ServiceLifetime LifetimeOf(Type request) =>
        IsQuery(request) ? ServiceLifetime.Singleton : ServiceLifetime.Scoped;

    /// <summary>Outermost first.</summary>
    private static IEnumerable<Type> BehaviorsOf(Type request, Type response)
    {
        yield return typeof(LoggingBehavior<,>).MakeGenericType(request, response);
        yield return typeof(ValidationBehavior<,>).MakeGenericType(request, response);

        if (request.IsAssignableTo(typeof(IOrderCommand)))
        {
            yield return typeof(WriteThroughBehavior<>).MakeGenericType(request);
            yield return typeof(UnitOfWorkBehavior<,>).MakeGenericType(request, response);
        }
        else if (Closes(request, typeof(ICommand<>)) is not null)
        {
            yield return typeof(TagRenewalBehavior<,>).MakeGenericType(request, response);
            yield return typeof(UnitOfWorkBehavior<,>).MakeGenericType(request, response);
        }
        else if (request.IsAssignableTo(typeof(IOrderQuery)))
        {
            yield return typeof(OrderCacheFirstBehavior<>).MakeGenericType(request);
        }
        else if (Closes(request, typeof(IOrderBatchQuery<>)) is not null)
        {
            yield return typeof(OrderBatchCacheFirstBehavior<>).MakeGenericType(request);
        }
        else if (Closes(request, typeof(ITaggedQuery<>)) is { } value)
        {
            yield return typeof(TaggedCacheFirstBehavior<,>).MakeGenericType(request, value);
        }
        else if (Closes(request, typeof(IIndexQuery<>)) is { } answer)
        {
            yield return typeof(IndexCacheFirstBehavior<,>).MakeGenericType(request, answer);
        }
        else if (!IsQuery(request))
        {
            throw new InvalidOperationException(
                $"{request} is neither a command nor a query: let it implement IOrderCommand, ICommand<T>, IOrderQuery, "
                + "IOrderBatchQuery<T>, ITaggedQuery<T> or IQuery<T> instead of IRequest<T>.");
        }
    }

    private static Type? Closes(Type type, Type definition) =>
        type.GetInterfaces()
            .SingleOrDefault(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == definition)
            ?.GenericTypeArguments[0];
}
