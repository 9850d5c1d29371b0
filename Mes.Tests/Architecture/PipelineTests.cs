using System.Reflection;
using System.Reflection.Emit;
using MediatR;
using Mes.Api;
using Mes.Application;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Application.Behaviors;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Orders;
using Mes.Application.Orders.ApproveOrder;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.CloseOrder;
using Mes.Application.Orders.CompleteOrder;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatus;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.PackageOrder;
using Mes.Application.Orders.PriceOrder;
using Mes.Application.Orders.RejectOrder;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Persistence;
using Mes.Application.Statistics.GetThroughput;
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
    private static readonly string[] OrderCommand = ["LoggingBehavior", "ValidationBehavior", "WriteThroughBehavior", "UnitOfWorkBehavior"];
    private static readonly string[] OtherCommand = ["LoggingBehavior", "ValidationBehavior", "TagRenewalBehavior", "UnitOfWorkBehavior"];
    private static readonly string[] OrderQuery = ["LoggingBehavior", "ValidationBehavior", "OrderCacheFirstBehavior"];
    private static readonly string[] TaggedQuery = ["LoggingBehavior", "ValidationBehavior", "TaggedCacheFirstBehavior"];
    private static readonly string[] IndexQuery = ["LoggingBehavior", "ValidationBehavior", "IndexCacheFirstBehavior"];
    private static readonly string[] OtherQuery = ["LoggingBehavior", "ValidationBehavior"];

    private static readonly Dictionary<Type, string[]> Expected = new()
    {
        [typeof(SubmitOrder)] = OrderCommand,
        [typeof(PriceOrder)] = OrderCommand,
        [typeof(ApproveOrder)] = OrderCommand,
        [typeof(ClaimOrder)] = OrderCommand,
        [typeof(ReleaseOrder)] = OrderCommand,
        [typeof(CompleteOrder)] = OrderCommand,
        [typeof(PackageOrder)] = OrderCommand,
        [typeof(ShipOrder)] = OrderCommand,
        [typeof(CloseOrder)] = OrderCommand,
        [typeof(CancelOrder)] = OrderCommand,
        [typeof(RejectOrder)] = OrderCommand,
        [typeof(CreateApiKey)] = OtherCommand,
        [typeof(RevokeApiKey)] = OtherCommand,
        [typeof(GetOrder)] = OrderQuery,
        [typeof(GetOrderStatus)] = OrderQuery,
        [typeof(GetThroughput)] = TaggedQuery,
        [typeof(GetOrderHistory)] = OtherQuery,
        [typeof(ListOrders)] = IndexQuery,
        [typeof(GetBoard)] = IndexQuery,
        [typeof(GetBoardColumn)] = IndexQuery,
    };

    private static readonly IReadOnlyList<Type> Requests = UseCaseRule.RequestsIn(Code.Application.GetTypes());

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_request_has_exactly_the_behaviours_that_it_should_have(bool withCache)
    {
        await using var services = Build(_ => { }, withCache);
        await using var scope = services.CreateAsyncScope();

        Assert.That(PipelineRule.Violations(scope.ServiceProvider, Requests, Expected), Is.Empty);
    }

    [Test]
    public async Task A_new_request_of_which_nobody_has_said_what_it_has_is_caught()
    {
        await using var services = Build(builder => builder.AddPipelines(AssemblyOf(typeof(PlantedCommand), typeof(PlantedCommandHandler), typeof(PlantedCommandValidator))));
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, [.. Requests, typeof(PlantedCommand)], Expected);

        Assert.That(violations, Is.EqualTo(new[] { "PlantedCommand is new: say here which behaviours it has" }));
    }

    [Test]
    public async Task A_request_that_is_no_longer_there_is_caught()
    {
        await using var services = Build(_ => { });
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, [.. Requests.Where(request => request != typeof(GetBoard))], Expected);

        Assert.That(violations, Is.EqualTo(new[] { "GetBoard is expected, but there is no such request" }));
    }

    [Test]
    public async Task A_behaviour_that_is_left_out_is_caught()
    {
        await using var services = Build(builder => builder.Remove(
            builder.First(service => service.ImplementationType == typeof(WriteThroughBehavior<ClaimOrder>))));
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, Expected);

        Assert.That(violations, Is.EqualTo(new[] { "ClaimOrder has LoggingBehavior, ValidationBehavior, UnitOfWorkBehavior" }));
    }

    [Test]
    public async Task A_behaviour_in_another_place_is_caught()
    {
        await using var services = Build(builder =>
        {
            // The commit outside of the put: the cache would get what may still be rolled back (bug class 7).
            var put = builder.First(service => service.ImplementationType == typeof(WriteThroughBehavior<ShipOrder>));
            builder.Remove(put);
            builder.Add(put);
        });
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, Expected);

        Assert.That(violations, Is.EqualTo(new[] { "ShipOrder has LoggingBehavior, ValidationBehavior, UnitOfWorkBehavior, WriteThroughBehavior" }));
    }

    [Test]
    public async Task A_behaviour_too_many_is_caught()
    {
        await using var services = Build(builder =>
            builder.AddScoped<IPipelineBehavior<GetBoard, Result<BoardView>>, UnitOfWorkBehavior<GetBoard, Result<BoardView>>>());
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, Requests, Expected);

        Assert.That(violations, Is.EqualTo(new[] { "GetBoard has LoggingBehavior, ValidationBehavior, IndexCacheFirstBehavior, UnitOfWorkBehavior" }));
    }

    [Test]
    public async Task A_request_without_a_validator_or_with_two_handlers_is_caught()
    {
        var planted = new Dictionary<Type, string[]> { [typeof(PlantedCommand)] = OtherCommand };
        await using var without = Build(builder => builder.AddPipelines(AssemblyOf(typeof(PlantedCommand), typeof(PlantedCommandHandler))), validate: false);
        await using var twice = Build(builder => builder.AddPipelines(AssemblyOf(
            typeof(PlantedCommand), typeof(PlantedCommandHandler), typeof(PlantedCommandHandler), typeof(PlantedCommandValidator))));
        await using var firstScope = without.CreateAsyncScope();
        await using var secondScope = twice.CreateAsyncScope();

        Assert.Multiple(() =>
        {
            Assert.That(
                PipelineRule.Violations(firstScope.ServiceProvider, [typeof(PlantedCommand)], planted).Single(),
                Does.StartWith("PlantedCommand cannot be resolved"));
            Assert.That(
                PipelineRule.Violations(secondScope.ServiceProvider, [typeof(PlantedCommand)], planted),
                Is.EqualTo(new[] { "PlantedCommand has 2 handlers" }));
        });
    }

    [Test]
    public async Task A_dependency_that_nobody_provides_is_caught()
    {
        await using var services = Build(builder => builder.RemoveAll<IOutbox>(), validate: false);
        await using var scope = services.CreateAsyncScope();

        var violations = PipelineRule.Violations(scope.ServiceProvider, [typeof(ClaimOrder)], Expected);

        Assert.That(violations, Has.Some.StartsWith("ClaimOrder cannot be resolved"));
    }

    [Test]
    public void A_request_that_is_neither_a_command_nor_a_query_does_not_start()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Planted"), AssemblyBuilderAccess.Run).DefineDynamicModule("Planted");
        var bare = module.DefineType("Bare", TypeAttributes.Public, typeof(object), [typeof(IRequest<Result<int>>)]).CreateType();

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
            foreach (var type in new[] { typeof(CommitBarrier), typeof(CacheReport), typeof(IUnitOfWork), typeof(IOutbox), typeof(IOrderRepository) })
            {
                Assert.That(one.ServiceProvider.GetRequiredService(type), Is.Not.SameAs(other.ServiceProvider.GetRequiredService(type)), type.Name);
            }

            Assert.That(one.ServiceProvider.GetRequiredService<IOutbox>(), Is.SameAs(one.ServiceProvider.GetRequiredService<IUnitOfWork>()));
            Assert.That(one.ServiceProvider.GetRequiredService<SharedComputations>(), Is.SameAs(other.ServiceProvider.GetRequiredService<SharedComputations>()));
        });
    }

    /// <summary>The container of the service. Neither server is there, and nothing of it connects to one before it runs.</summary>
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
        return builder.Services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = validate });
    }

    private static Assembly AssemblyOf(params Type[] types)
    {
        var assembly = new Mock<Assembly>();
        assembly.Setup(a => a.GetTypes()).Returns(types);
        return assembly.Object;
    }
}
