using System.Collections.Concurrent;
using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OrderCacheFirstBehaviorTests
{
    private static readonly OrderSnapshot TheOrder = Given.Snapshot();

    private readonly Mock<IOrderCache> _cache = new(MockBehavior.Strict);
    private readonly ConcurrentQueue<string> _calls = [];
    private CacheReport _report = CacheReport.None;
    private Func<Task> _beforeSharedRead = () => Task.CompletedTask;
    private CacheRead<OrderSnapshot> _read = CacheRead<OrderSnapshot>.Miss;
    private LeaseToken? _token = new("token");
    private PutResult _put = PutResult.Stored;

    public OrderCacheFirstBehaviorTests()
    {
        _cache.Setup(cache => cache.GetAsync(Given.OrderId)).Returns(() =>
        {
            _calls.Enqueue("get");
            return new ValueTask<CacheRead<OrderSnapshot>>(_read);
        });
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Reader)).Returns(() =>
        {
            _calls.Enqueue("begin");
            return new ValueTask<LeaseToken?>(_token);
        });
        _cache.Setup(cache =>
            cache.PutAsync(It.IsAny<OrderSnapshot>(), It.IsAny<LeaseToken?>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            {
                _calls.Enqueue($"put {order.Version} with {token?.Value ?? "no token"}");
                Assert.That(tags, Is.Empty, "a read changes nothing that is cached");
                return new ValueTask<PutResult>(_put);
            });
    }

    [Test]
    public async Task A_hit_is_one_look_into_the_cache_and_nothing_else()
    {
        _read = CacheRead<OrderSnapshot>.Found(TheOrder);

        var response = await GetAsync(Given.Alpha, TheOrder);

        Assert.That(response.Value, Is.SameAs(TheOrder));
        Assert.That(_calls, Is.EqualTo(new[] { "get" }));
        Assert.That((_report.Outcome, _report.IsUnverified), Is.EqualTo(((CacheOutcome?)CacheOutcome.Hit, false)));
    }

    [Test]
    public async Task A_miss_takes_a_lease_reads_the_database_and_puts_before_it_answers()
    {
        var response = await GetAsync(Given.Crm, TheOrder);

        Assert.That(response.Value, Is.SameAs(TheOrder));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "begin", "handler", "put 1 with token" }), "bug class 2");
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, true)));
    }

    [Test]
    public async Task A_sellers_miss_reads_again_under_the_lease_what_it_has_found_to_be_its_own()
    {
        Assert.That((await GetAsync(Given.Alpha, TheOrder)).Value, Is.SameAs(TheOrder));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "handler", "begin", "handler", "put 1 with token" }),
            "a reader never puts what it read before the lease (bug class 2)");
    }

    [Test]
    public async Task To_a_seller_another_ones_order_costs_what_an_order_that_never_existed_costs(
        [Values("cached", "not cached", "no such order")] string which)
    {
        _read = which == "cached" ? CacheRead<OrderSnapshot>.Found(TheOrder) : CacheRead<OrderSnapshot>.Miss;

        var response = await GetAsync(Given.Beta, which == "no such order" ? OrderErrors.NotFound : TheOrder);

        Assert.That(response.Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "handler" }), "one read of the cache, one statement");
        Assert.That(_report.Outcome, Is.Null);
    }

    [Test]
    public async Task Without_a_token_the_answer_is_put_all_the_same()
    {
        (_token, _put) = (null, PutResult.Rejected);

        var response = await GetAsync(Given.Alpha, TheOrder);

        Assert.That(response.IsSuccess);
        Assert.That(_calls.Last(), Is.EqualTo("put 1 with no token"),
            "so that no reader fills in an older version than this answer has");
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, false)));
    }

    [TestCase(PutResult.Superseded)]
    [TestCase(PutResult.Rejected)]
    [TestCase(PutResult.Dropped)]
    public async Task A_put_that_did_not_store_is_reported_as_such(PutResult put)
    {
        _put = put;

        Assert.That((await GetAsync(Given.Alpha, TheOrder)).IsSuccess);
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, false)));
    }

    [Test]
    public async Task An_answer_that_could_not_be_put_is_reported_as_a_bypass()
    {
        _put = PutResult.Failed;

        Assert.That((await GetAsync(Given.Alpha, TheOrder)).IsSuccess);
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "unreachable")),
            "the lease of an earlier reader may still fill in an older version, which goes back (G4)");
    }

    [Test]
    public async Task That_there_is_no_such_order_is_never_put()
    {
        var response = await GetAsync(Given.Crm, OrderErrors.NotFound);

        Assert.That(response.Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "begin", "handler" }), "bug class 16");
    }

    [Test]
    public async Task Another_sellers_order_is_not_there_whether_or_not_it_is_cached(
        [Values("hit", "miss", "bypass")] string way)
    {
        _read = way switch
        {
            "hit" => CacheRead<OrderSnapshot>.Found(TheOrder),
            "miss" => CacheRead<OrderSnapshot>.Miss,
            _ => CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout),
        };

        var response = await GetAsync(Given.Beta, TheOrder);

        Assert.That(response.Error, Is.EqualTo(OrderErrors.NotFound), "bug class 20");
    }

    [TestCase("seller")]
    [TestCase("operator")]
    [TestCase("service")]
    public async Task Those_who_may_see_it_see_it(string role)
    {
        _read = CacheRead<OrderSnapshot>.Found(TheOrder);

        var response = await GetAsync(
            new[] { Given.Alpha, Given.Anna, Given.Crm }.Single(
                caller => caller.ToString().StartsWith(role, StringComparison.Ordinal)), TheOrder);

        Assert.That(response.IsSuccess);
    }

    [Test]
    public async Task A_cache_that_does_not_answer_is_passed_by_and_not_asked_again()
    {
        _read = CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout);

        var response = await GetAsync(Given.Alpha, TheOrder);

        Assert.That(response.Value, Is.SameAs(TheOrder));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "handler" }));
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "timeout")));
    }

    [Test]
    public async Task Where_the_cache_is_there_and_its_answer_does_not_count_what_was_read_is_put_without_a_lease()
    {
        _read = CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence);

        var response = await GetAsync(Given.Alpha, TheOrder);

        Assert.That(response.Value, Is.SameAs(TheOrder));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "handler", "put 1 with no token" }),
            "so that no other instance returns an older version afterwards (G4)");
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "no-licence")));
    }

    [Test]
    public async Task Where_its_answer_does_not_count_and_there_is_no_such_order_nothing_is_put()
    {
        _read = CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence);

        Assert.That((await GetAsync(Given.Alpha, OrderErrors.NotFound)).Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(_calls, Is.EqualTo(new[] { "get", "handler" }));
    }

    [Test]
    public async Task A_hit_that_cannot_be_verified_says_so()
    {
        _read = CacheRead<OrderSnapshot>.FoundUnverified(TheOrder);

        var response = await GetAsync(Given.Alpha, TheOrder);

        Assert.That(response.Value, Is.SameAs(TheOrder));
        Assert.That((_report.Outcome, _report.IsUnverified), Is.EqualTo(((CacheOutcome?)CacheOutcome.Hit, true)));
    }

    [Test]
    public void While_the_database_is_away_another_sellers_order_is_like_one_that_is_not_cached()
    {
        _read = CacheRead<OrderSnapshot>.FoundUnverified(TheOrder);

        var behavior = Behavior();

        Assert.That(
            () => behavior.Handle(new GetOrder(Given.OrderId, Given.Beta), CancellationToken.None, () =>
                throw new DependencyUnavailableException("The database", null)),
            Throws.TypeOf<DependencyUnavailableException>(),
            "bug class 20");
    }

    [Test]
    public void A_database_that_does_not_answer_puts_nothing()
    {
        var behavior = Behavior();

        Assert.That(
            () => behavior.Handle(
                new GetOrder(Given.OrderId, Given.Crm), CancellationToken.None, () => throw new TimeoutException()),
            Throws.TypeOf<TimeoutException>());
        Assert.That(_calls, Is.EqualTo(new[] { "get", "begin" }));
    }

    [Test]
    public async Task Reads_that_missed_together_share_one_read_of_the_database_and_one_put()
    {
        _read = CacheRead<OrderSnapshot>.Miss with { Shared = new SharedMiss() };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(Given.Crm, TheOrder)));

        Assert.That(answers.Select(answer => answer.Value), Has.All.SameAs(TheOrder));
        Assert.That(
            _calls.Where(call => call != "get"),
            Is.EqualTo(new[] { "begin", "shared handler", $"put {TheOrder.Version} with token" }));
    }

    [Test]
    public async Task A_shared_read_is_judged_for_each_caller()
    {
        _read = CacheRead<OrderSnapshot>.Miss with { Shared = new SharedMiss() };

        var answers = await Task.WhenAll(GetAsync(Given.Alpha, TheOrder), GetAsync(Given.Beta, TheOrder));

        Assert.That(answers[0].Value, Is.SameAs(TheOrder));
        Assert.That(answers[1].Error, Is.EqualTo(OrderErrors.NotFound), "bug class 20");
    }

    [Test]
    public async Task A_caller_that_hangs_up_ends_a_shared_read_for_itself_alone()
    {
        _read = CacheRead<OrderSnapshot>.Miss with { Shared = new SharedMiss() };
        using var caller = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        _beforeSharedRead = () => release.Task;

        var first = Behavior().Handle(
            new GetOrder(Given.OrderId, Given.Crm), caller.Token, () => throw new InvalidOperationException());
        var second = GetAsync(Given.Crm, TheOrder);
        await caller.CancelAsync();

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        release.SetResult();
        Assert.That((await second).Value, Is.SameAs(TheOrder));
    }

    private async Task<Result<OrderSnapshot>> GetAsync(Caller caller, Result<OrderSnapshot> inTheDatabase)
    {
        var response = await Behavior().Handle(new GetOrder(Given.OrderId, caller), CancellationToken.None, () =>
        {
            _calls.Enqueue("handler");
            return Task.FromResult(inTheDatabase);
        });
        _report = CacheReport.Of(response);
        return response;
    }

    private OrderCacheFirstBehavior<GetOrder> Behavior()
    {
        var shared = new Mock<IRequestHandler<GetOrder, Result<OrderSnapshot>>>();
        shared.Setup(handler => handler.Handle(It.IsAny<GetOrder>(), CancellationToken.None)).Returns(async () =>
        {
            _calls.Enqueue("shared handler");
            await _beforeSharedRead();
            return TheOrder;
        });
        return new OrderCacheFirstBehavior<GetOrder>(_cache.Object, shared.Object);
    }
}
