using MediatR;
using Mes.Application;
using Mes.Application.Behaviors;
using Mes.Application.Messaging;
using Mes.Domain.Results;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

/// <summary>
/// The pipeline of a query is resolved once, and is the one that MediatR would make for each request.
/// </summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PipelineMediatorTests
{
    private readonly List<string> _calls = [];

    [TestCase("", Description = "each behaviour goes on once")]
    [TestCase("inner stops")]
    [TestCase("outer goes on twice")]
    [TestCase("inner fails")]
    public async Task A_query_goes_through_the_same_pipeline_as_by_MediatR_itself(string way)
    {
        await using var services = Services(way).BuildServiceProvider(validateScopes: true);
        using var cancellation = new CancellationTokenSource();

        var byMediatR = await CallsAsync(new Mediator(services.GetService!), cancellation.Token);
        var byOurs = await CallsAsync(new PipelineMediator(services), cancellation.Token);
        var again = await CallsAsync(new PipelineMediator(services), cancellation.Token);

        Assert.That(byMediatR, Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(byOurs, Is.EqualTo(byMediatR));
        Assert.That(again, Is.EqualTo(byMediatR));
    }

    [Test]
    public async Task The_pipeline_of_a_query_is_resolved_once()
    {
        var made = 0;
        await using var services = Services("")
            .AddTransient<IPipelineBehavior<Question, Result<int>>>(_ =>
            {
                made++;
                return new Recording("third", "", _calls);
            })
            .BuildServiceProvider(validateScopes: true);
        var mediator = new PipelineMediator(services);

        await mediator.Send(new Question(1));
        await mediator.Send(new Question(2));

        Assert.That(made, Is.EqualTo(1));
    }

    [Test]
    public void What_a_query_runs_is_a_singleton_and_what_a_command_runs_belongs_to_its_scope()
    {
        var services = new ServiceCollection().AddApplication();

        Assert.Multiple(() =>
        {
            foreach (var service in services.Where(service => service.ServiceType is { IsGenericType: true } type
                && (type.GetGenericTypeDefinition() == typeof(IPipelineBehavior<,>)
                    || type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))))
            {
                var request = service.ServiceType.GenericTypeArguments[0];
                var isQuery = request.GetInterfaces().Any(contract =>
                    contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IQuery<>));
                Assert.That(
                    service.Lifetime,
                    Is.EqualTo(isQuery ? ServiceLifetime.Singleton : ServiceLifetime.Scoped),
                    $"{service.ImplementationType}");
            }
        });
    }

    private ServiceCollection Services(string way)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IPipelineBehavior<Question, Result<int>>>(new Recording("outer", way, _calls));
        services.AddSingleton<IPipelineBehavior<Question, Result<int>>>(new Recording("inner", way, _calls));
        services.AddSingleton<IRequestHandler<Question, Result<int>>>(new Handler(_calls));
        return services;
    }

    private async Task<IReadOnlyList<string>> CallsAsync(IMediator mediator, CancellationToken token)
    {
        _calls.Clear();
        try
        {
            var result = await mediator.Send(new Question(7), token);
            _calls.Add($"{result.Value}");
        }
        catch (TimeoutException exception)
        {
            _calls.Add(exception.Message);
        }

        _calls.Add($"{token.GetHashCode()}");
        return [.. _calls];
    }

    internal sealed record Question(int Number) : IQuery<int>;

    private sealed class Recording(string name, string way, List<string> calls)
        : IPipelineBehavior<Question, Result<int>>
    {
        public async Task<Result<int>> Handle(
            Question request, CancellationToken cancellationToken, RequestHandlerDelegate<Result<int>> next)
        {
            calls.Add($"{name} gets {request} and {cancellationToken.GetHashCode()}");
            if (way == $"{name} stops")
            {
                return -1;
            }

            if (way == $"{name} fails")
            {
                throw new TimeoutException(name);
            }

            if (way == $"{name} goes on twice")
            {
                calls.Add($"{name} got {(await next()).Value}");
            }

            var response = await next();
            calls.Add($"{name} got {response.Value}");
            return response.Value + 1;
        }
    }

    private sealed class Handler(List<string> calls) : IRequestHandler<Question, Result<int>>
    {
        public Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
        {
            calls.Add($"handler gets {request} and {cancellationToken.GetHashCode()}");
            return Task.FromResult<Result<int>>(request.Number);
        }
    }
}
