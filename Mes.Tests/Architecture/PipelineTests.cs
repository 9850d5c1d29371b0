using System.Reflection;
using System.Reflection.Emit;
using MediatR;
using Mes.Api;
using Mes.Application.ApiKeys.GetApiKey;
using Mes.Application.ApiKeys.ListApiKeys;
using Mes.Application.Behaviors;
using Mes.Application.Board.GetBoard;
using Mes.Application.Events.GetEvents;
using Mes.Application.Orders;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Persistence;
using Mes.Application.Webhooks.GetWebhook;
using Mes.Application.Webhooks.ListDeliveries;
using Mes.Application.Webhooks.ListWebhooks;
using Mes.Domain.Results;
using Mes.Tests.Architecture.Planted.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class PipelineTests
{
    /// <summary>The queries that always read the database, each with the reason.</summary>
    private static readonly Dictionary<Type, string> NotCached = new()
    {
        [typeof(GetEvents)] = "It is read from the tail of the feed, which each instance keeps in memory.",
        [typeof(GetOrderHistory)] = "It is read now and then, by people; what is polled is the status.",
        [typeof(ListApiKeys)] = "It is read seldom, by administrators; the instances have the keys in memory.",
        [typeof(GetApiKey)] = "It is read seldom, by administrators; the instances have the keys in memory.",
        [typeof(GetWebhook)] = "It is read seldom, by people; what sends reads the database.",
        [typeof(ListWebhooks)] = "It is read seldom, by people; what sends reads the database.",
        [typeof(ListDeliveries)] = "It is read now and then, by people who look why something has not come.",
    };

    private static readonly Dictionary<Type, string> NoReasons = [];

    private static readonly IReadOnlyList<Type> Requests = UseCaseRule.RequestsIn(Code.Application.GetTypes());

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_request_has_exactly_the_behaviours_that_it_should_have(bool withCache)
    {
        await using var services = Build(_ => { }, withCache);
        await using var scope = services.CreateAsyncScope();

        Assert.That(PipelineRule.Violations(scope.ServiceProvider, Requests, NotCached), Is.Empty);
    }

    [Test]
    public async Task A_query_that_is_not_cached_without_a_reason_is_caught()
    {
        await using var services = Build(_ => { });
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, NoReasons);

        Assert.That(violations, Is.EquivalentTo(NotCached.Keys.Select(query =>
            $"{query.Name} is not cached: implement ITaggedQuery<T>, or name it in NotCached in PipelineTests "
                + "with a reason")));
    }

    [TestCase(typeof(GetOrderHistory), TestName = "{m}: it is gone")]
    [TestCase(typeof(GetBoard), TestName = "{m}: it is cached")]
    public async Task A_reason_that_is_no_longer_needed_is_caught(Type query)
    {
        await using var services = Build(_ => { });
        await using var scope = services.CreateAsyncScope();
        Type[] requests = [.. Requests.Where(request => !NotCached.ContainsKey(request))];

        var reasons = new Dictionary<Type, string> { [query] = "It was slow." };

        Assert.That(
            PipelineRule.Violations(scope.ServiceProvider, requests, reasons),
            Is.EqualTo(new[] { $"{query.Name} is cached, or is gone: remove it from NotCached in PipelineTests" }));
    }

    [Test]
    public async Task A_behaviour_that_is_left_out_is_caught()
    {
        await using var services = Build(builder => builder.Remove(
            builder.First(service => service.ImplementationType == typeof(WriteThroughBehavior<ClaimOrder>))));
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, NotCached);

        Assert.That(violations, Is.EqualTo(new[]
        {
            "ClaimOrder has LoggingBehavior, ValidationBehavior, UnitOfWorkBehavior, "
            + "but every IOrderCommand needs LoggingBehavior, ValidationBehavior, WriteThroughBehavior, "
                + "UnitOfWorkBehavior: "
            + "see PipelineRegistration",
        }));
    }

    [Test]
    public async Task A_behaviour_in_another_place_is_caught()
    {
        await using var services = Build(builder =>
        {
            // The put inside the transaction: the cache would get changes that may still be rolled back (bug class 7).
            var put = builder.First(service => service.ImplementationType == typeof(WriteThroughBehavior<ShipOrder>));
            builder.Remove(put);
            builder.Add(put);
        });
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, NotCached);

        Assert.That(violations, Is.EqualTo(new[]
        {
            "ShipOrder has LoggingBehavior, ValidationBehavior, UnitOfWorkBehavior, WriteThroughBehavior, "
            + "but every IOrderCommand needs LoggingBehavior, ValidationBehavior, WriteThroughBehavior, "
                + "UnitOfWorkBehavior: "
            + "see PipelineRegistration",
        }));
    }

    [Test]
    public async Task A_behaviour_too_many_is_caught()
    {
        await using var services = Build(builder =>
            builder.AddScoped<IPipelineBehavior<GetBoard, Result<BoardView>>,
                UnitOfWorkBehavior<GetBoard, Result<BoardView>>>());
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, NotCached);

        Assert.That(violations, Is.EqualTo(new[]
        {
            "GetBoard has LoggingBehavior, ValidationBehavior, IndexCacheFirstBehavior, UnitOfWorkBehavior, "
            + "but every IIndexQuery<T> needs LoggingBehavior, ValidationBehavior, IndexCacheFirstBehavior: "
            + "see PipelineRegistration",
        }));
    }

    [Test]
    public async Task A_request_without_a_validator_or_with_two_handlers_is_caught()
    {
        await using var without = Build(builder =>
            builder.AddPipelines(AssemblyOf(typeof(PlantedCommand), typeof(PlantedCommandHandler))), validate: false);
        await using var twice = Build(builder => builder.AddPipelines(AssemblyOf(
            typeof(PlantedCommand), typeof(PlantedCommandHandler), typeof(PlantedCommandHandler),
                typeof(PlantedCommandValidator))));
        await using var firstScope = without.CreateAsyncScope();
        await using var secondScope = twice.CreateAsyncScope();

        Assert.Multiple(() =>
        {
            Assert.That(
                PipelineRule.Violations(firstScope.ServiceProvider, [typeof(PlantedCommand)], NoReasons).Single(),
                Does.StartWith("PlantedCommand cannot be resolved"));
            Assert.That(
                PipelineRule.Violations(secondScope.ServiceProvider, [typeof(PlantedCommand)], NoReasons),
                Is.EqualTo(new[] { "PlantedCommand has 2 handlers: keep one" }));
        });
    }

    [Test]
    public async Task A_dependency_that_is_not_registered_is_caught()
    {
        await using var services = Build(builder => builder.RemoveAll<IOutbox>(), validate: false);
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, [typeof(ClaimOrder)], NoReasons);

        Assert.That(violations, Has.Some.StartsWith("ClaimOrder cannot be resolved"));
    }

    [Test]
    public void A_request_that_is_neither_a_command_nor_a_query_does_not_start()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Planted"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Planted");
        var bare = module.DefineType("Bare", TypeAttributes.Public, typeof(object), [typeof(IRequest<Result<int>>)])
            .CreateType();

        Assert.That(
            () => new ServiceCollection().AddPipelines(AssemblyOf(bare)),
            Throws.InvalidOperationException.With.Message.Contains("neither a command nor a query"));
    }

    [Test]
    public async Task What_belongs_to_one_request_is_not_shared_with_another()
    {
        await using var services = Build(_ => { });
        await using var one = services.CreateAsyncScope();
        await using var other = services.CreateAsyncScope();

        Assert.Multiple(() =>
        {
            foreach (var type in new[] { typeof(CommitBarrier), typeof(IUnitOfWork), typeof(IOutbox),
                typeof(IOrderRepository) })
            {
                Assert.That(one.ServiceProvider.GetRequiredService(type),
                    Is.Not.SameAs(other.ServiceProvider.GetRequiredService(type)), type.Name);
            }

            Assert.That(one.ServiceProvider.GetRequiredService<IOutbox>(),
                Is.SameAs(one.ServiceProvider.GetRequiredService<IUnitOfWork>()));
            Assert.That(one.ServiceProvider.GetRequiredService<SharedComputations>(),
                Is.SameAs(other.ServiceProvider.GetRequiredService<SharedComputations>()));
        });
    }

    /// <summary>
    /// The service's container. There are no servers, and none is needed, because services connect only when they run.
    /// </summary>
    private static ServiceProvider Build(Action<IServiceCollection> change, bool withCache = true, bool validate = true)
    {
        var builder = MesApplication.CreateBuilder(
        [
            "--environment=Production",
            "--ConnectionStrings:Postgres=Host=localhost;Port=1;Database=none",
            "--ConnectionStrings:Redis=localhost:1",
            $"--Mes:Cache:Enabled={withCache}",
        ]);
        change(builder.Services);
        return builder.Services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = validate });
    }

    private static Assembly AssemblyOf(params Type[] types)
    {
        var assembly = new Mock<Assembly>();
        assembly.Setup(a => a.GetTypes()).Returns(types);
        return assembly.Object;
    }
}
