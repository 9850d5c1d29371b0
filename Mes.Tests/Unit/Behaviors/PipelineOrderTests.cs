using MediatR;
using Mes.Application;
using Mes.Application.ApiKeys;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.PriceOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

/// <summary>
/// Sends requests through the mediator to the real pipeline and the real handlers; only the ports are test doubles.
/// </summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PipelineOrderTests
{
    private readonly List<string> _calls = [];
    private readonly ServiceCollection _services = new();

    public PipelineOrderTests()
    {
        var cache = new Mock<IOrderCache>(MockBehavior.Strict);
        cache.Setup(c => c.BeginAsync(Given.OrderId, LeaseHolder.Writer))
            .Returns(() => Called<LeaseToken?>("begin", new("token")));
        cache.Setup(c => c.PutAsync(It.Is<OrderSnapshot>(order => order.Version == 1), new LeaseToken("token"),
            It.IsAny<IReadOnlyCollection<string>>()))
            .Returns(() => Called("put", PutResult.Stored));
        cache.Setup(c => c.PutAsync(
            It.Is<OrderSnapshot>(order => order.Version == 4), null, It.IsAny<IReadOnlyCollection<string>>()))
            .Returns(() => Called("put", PutResult.Stored));
        var orders = new Mock<IOrderRepository>(MockBehavior.Strict);
        orders.Setup(o => o.FindAsync(It.IsAny<IOrderCommand>(), It.IsAny<CancellationToken>()))
            .Returns(() => Called<Order?>("load", Given.AnOrder(OrderStatus.ManufacturingApproved)).AsTask());
        orders.Setup(o => o.Add(It.IsAny<IOrderCommand>(), It.IsAny<Order>())).Callback(() => _calls.Add("add"));
        orders.Setup(o => o.FindEarlierAsync(It.IsAny<SubmitOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(default(EarlierSubmissions));
        var unitOfWork = new Mock<IUnitOfWork>(MockBehavior.Strict);
        unitOfWork.Setup(u => u.HasChanges).Returns(true);
        unitOfWork.Setup(u => u.CommitAsync(It.Is<IReadOnlyCollection<string>>(tags => tags.Count == 0)))
            .Returns(() => Called("commit", CommitOutcome.Committed).AsTask());
        var outbox = new Mock<IOutbox>(MockBehavior.Strict);
        outbox.Setup(o => o.PutConfirmed(Given.OrderId, It.IsIn(1, 4))).Callback(() => _calls.Add("confirmed"));

        _services.AddLogging();
        _services.AddApplication();
        _services.AddSingleton(cache.Object);
        _services.AddSingleton(orders.Object);
        _services.AddSingleton(unitOfWork.Object);
        _services.AddSingleton(outbox.Object);
        _services.AddSingleton(Mock.Of<IOrderReader>(MockBehavior.Strict));
        _services.AddSingleton(Mock.Of<IApiKeyRepository>(MockBehavior.Strict));
    }

    [Test]
    public async Task A_change_loads_commits_puts_and_confirms_in_this_order()
    {
        await using var provider = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new ClaimOrder(Given.OrderId, Given.Anna, EntityTagCondition.None));

        Assert.That(result.Value.Order.OperatorId, Is.EqualTo("anna"));
        Assert.That(_calls, Is.EqualTo(new[] { "load", "commit", "put", "confirmed" }));
    }

    [Test]
    public async Task A_submission_begins_adds_commits_puts_and_confirms_in_this_order()
    {
        await using var provider = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();
        var model = new SubmittedModel("bracket.stl", new string('a', 64), 1200);

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new SubmitOrder(Given.OrderId, Given.Alpha, "PO-1", model, "PLA", 3, null, null));

        Assert.That(result.Value.Order.Version, Is.EqualTo(1));
        Assert.That(_calls, Is.EqualTo(new[] { "begin", "add", "commit", "put", "confirmed" }));
    }

    [Test]
    public async Task What_is_not_valid_reaches_neither_cache_nor_database()
    {
        await using var provider = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new PriceOrder(Given.OrderId, Given.Crm, EntityTagCondition.None, 0m, "EUR"));

        Assert.That(result.Error?.Code, Is.EqualTo("validation-error"));
        Assert.That(_calls, Is.Empty);
    }

    [Test]
    public async Task A_refused_change_is_neither_committed_nor_put()
    {
        await using var provider = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new PriceOrder(Given.OrderId, Given.Crm, EntityTagCondition.None, 1m, "EUR"));

        Assert.That(result.Error?.Code, Is.EqualTo("invalid-transition"));
        Assert.That(_calls, Is.EqualTo(new[] { "load" }));
    }

    private ValueTask<T> Called<T>(string call, T answer)
    {
        _calls.Add(call);
        return new(answer);
    }
}
