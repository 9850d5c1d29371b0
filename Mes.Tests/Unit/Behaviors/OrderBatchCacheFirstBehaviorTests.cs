using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Orders.GetOrderStatuses;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OrderBatchCacheFirstBehaviorTests
{
    private static readonly OrderSnapshot First = SnapshotOf(Given.Alpha, 1);
    private static readonly OrderSnapshot Second = SnapshotOf(Given.Alpha, 2);
    private static readonly OrderSnapshot Foreign = SnapshotOf(Given.Beta, 3);
    private static readonly Guid Never = IdOf(4);

    private readonly Dictionary<Guid, CacheRead<OrderSnapshot>> _cached = [];
    private readonly Dictionary<Guid, OrderSnapshot> _stored = [];
    private readonly List<string> _calls = [];
    private readonly Mock<IOrderCache> _cache = new(MockBehavior.Strict);
    private readonly Mock<IRequestHandler<GetOrderStatuses, Result<IReadOnlyList<OrderSnapshot>>>> _handler =
        new(MockBehavior.Strict);
    private CacheReport _report = CacheReport.None;
    private PutResult _put = PutResult.Stored;

    public OrderBatchCacheFirstBehaviorTests()
    {
        foreach (var order in new[] { First, Second, Foreign })
        {
            _stored[order.Id] = order;
        }

        _cache.Setup(cache => cache.GetAsync(It.IsAny<Guid>())).Returns((Guid id) =>
        {
            _calls.Add($"get {Short(id)}");
            return new ValueTask<CacheRead<OrderSnapshot>>(_cached.GetValueOrDefault(id));
        });
        _cache.Setup(cache => cache.BeginAsync(It.IsAny<Guid>(), LeaseHolder.Reader))
            .Returns((Guid id, LeaseHolder _) =>
            {
                _calls.Add($"begin {Short(id)}");
                return new ValueTask<LeaseToken?>(new LeaseToken($"t{Short(id)}"));
            });
        _cache.Setup(cache =>
            cache.PutAsync(It.IsAny<OrderSnapshot>(), It.IsAny<LeaseToken?>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            {
                _calls.Add($"put {Short(order.Id)} {token?.Value ?? "-"}");
                Assert.That(tags, Is.Empty, "a read changes nothing that is cached");
                return new ValueTask<PutResult>(_put);
            });
        _handler.Setup(handler => handler.Handle(It.IsAny<GetOrderStatuses>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GetOrderStatuses query, CancellationToken _) =>
            {
                _calls.Add($"read {string.Join(' ', query.OrderIds.Select(Short))}");
                return Result<IReadOnlyList<OrderSnapshot>>.Success(
                    [.. query.OrderIds.Reverse().Where(_stored.ContainsKey).Select(id => _stored[id])]);
            });
    }

    [Test]
    public async Task Hits_are_one_look_into_the_cache_for_each_and_nothing_else()
    {
        Cache(First, Second);

        var orders = await AskAsync(Given.Alpha, Second.Id, First.Id);

        Assert.That(orders, Is.EqualTo(new[] { Second, First }), "in the order of the question");
        Assert.That(_calls, Is.EqualTo(new[] { "get 2", "get 1" }));
        Assert.That((_report.Outcome, _report.IsUnverified), Is.EqualTo(((CacheOutcome?)CacheOutcome.Hit, false)));
    }

    [Test]
    public async Task All_questions_are_asked_before_the_first_answer_is_awaited()
    {
        var answers = new TaskCompletionSource<CacheRead<OrderSnapshot>>();
        var asked = 0;
        _cache.Setup(cache => cache.GetAsync(It.IsAny<Guid>())).Returns(() =>
        {
            asked++;
            return new ValueTask<CacheRead<OrderSnapshot>>(answers.Task);
        });

        var answer = AskAsync(Given.Crm, First.Id, Second.Id, Foreign.Id);

        Assert.That(asked, Is.EqualTo(3));
        answers.SetResult(CacheRead<OrderSnapshot>.Miss);
        Assert.That(await answer, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Misses_take_their_leases_are_read_in_one_statement_and_put_before_the_answer()
    {
        Cache(First);

        var orders = await AskAsync(Given.Crm, First.Id, Second.Id, Foreign.Id, Never);

        Assert.That(orders, Is.EqualTo(new[] { First, Second, Foreign }));
        Assert.That(_calls, Is.EqualTo(new[]
        {
            "get 1", "get 2", "get 3", "get 4", "begin 2", "begin 3", "begin 4", "read 2 3 4", "put 3 t3", "put 2 t2",
        }), "bug class 2");
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, true)));
    }

    [Test]
    public async Task A_seller_reads_again_under_leases_what_it_has_found_to_be_its_own()
    {
        Cache(First);

        var orders = await AskAsync(Given.Alpha, First.Id, Second.Id, Never);

        Assert.That(orders, Is.EqualTo(new[] { First, Second }));
        Assert.That(_calls.Skip(3), Is.EqualTo(new[] { "read 2 4", "begin 2", "read 2", "put 2 t2" }),
            "a reader never puts what it read before the lease (bug class 2)");
    }

    [Test]
    public async Task To_a_seller_another_ones_order_costs_what_an_order_that_never_existed_costs(
        [Values("cached", "overdue", "unreachable", "not cached", "no such order")] string which)
    {
        Cache(First);
        var id = which == "no such order" ? Never : Foreign.Id;
        _cached[id] = which switch
        {
            "cached" => CacheRead<OrderSnapshot>.Found(Foreign),
            "overdue" => CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence),
            "unreachable" => CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout),
            _ => CacheRead<OrderSnapshot>.Miss,
        };

        var orders = await AskAsync(Given.Alpha, First.Id, id);

        Assert.That(orders, Is.EqualTo(new[] { First }));
        Assert.That(_calls.Skip(2), Is.EqualTo(new[] { $"read {Short(id)}" }), "one statement, and no lease");
        Assert.That(
            (_report.Outcome, _report.Stored, _report.Detail),
            Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, false, (string?)null)));
    }

    [Test]
    public async Task Where_an_answer_of_the_cache_does_not_count_what_was_read_is_put_without_a_lease(
        [Values] bool asSeller)
    {
        _cached[First.Id] = CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence);
        Cache(Second);

        var orders = await AskAsync(asSeller ? Given.Alpha : Given.Crm, First.Id, Second.Id);

        Assert.That(orders, Is.EqualTo(new[] { First, Second }));
        Assert.That(_calls.Skip(2), Is.EqualTo(new[] { "read 1", "put 1 -" }),
            "so that no other instance returns an older version afterwards (G4)");
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "no-licence")));
    }

    [Test]
    public async Task A_cache_that_does_not_answer_is_passed_by_and_not_asked_again()
    {
        _cached[First.Id] = _cached[Second.Id] = CacheRead<OrderSnapshot>.Bypass(BypassReason.Unreachable);

        Assert.That(await AskAsync(Given.Alpha, First.Id, Second.Id), Has.Count.EqualTo(2));
        Assert.That(_calls.Skip(2), Is.EqualTo(new[] { "read 1 2" }));
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "unreachable")));
    }

    [TestCase(PutResult.Superseded)]
    [TestCase(PutResult.Rejected)]
    public async Task A_put_that_did_not_store_is_reported_as_such(PutResult put)
    {
        _put = put;

        await AskAsync(Given.Alpha, First.Id);

        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, false)));
    }

    [Test]
    public async Task One_hit_that_cannot_be_verified_makes_the_whole_answer_so()
    {
        Cache(First);
        _cached[Second.Id] = CacheRead<OrderSnapshot>.FoundUnverified(Second);

        await AskAsync(Given.Alpha, First.Id, Second.Id);

        Assert.That((_report.Outcome, _report.IsUnverified), Is.EqualTo(((CacheOutcome?)CacheOutcome.Hit, true)));
    }

    [Test]
    public async Task An_answer_that_could_not_be_put_is_reported_as_a_bypass()
    {
        _put = PutResult.Failed;

        await AskAsync(Given.Alpha, First.Id);

        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "unreachable")));
    }

    private static Guid IdOf(int number) => new($"019c13e5-7a00-7000-8000-00000000000{number}");

    private static string Short(Guid id) => id.ToString()[^1..];

    private static OrderSnapshot SnapshotOf(Caller seller, int number) => OrderSnapshot.After(Order.Submit(
        IdOf(number), seller, $"PO-{number}", new Model3D("a.stl", new string('a', 64), 7), "PLA", 2, null, null,
        Given.Noon));

    private void Cache(params OrderSnapshot[] orders)
    {
        foreach (var order in orders)
        {
            _cached[order.Id] = CacheRead<OrderSnapshot>.Found(order);
        }
    }

    private async Task<IReadOnlyList<OrderSnapshot>> AskAsync(Caller caller, params Guid[] ids)
    {
        var answer = await new OrderBatchCacheFirstBehavior<GetOrderStatuses>(_handler.Object, _cache.Object).Handle(
            new GetOrderStatuses([.. ids.Select(id => id.ToString())], caller),
            CancellationToken.None,
            () => throw new InvalidOperationException("The handler is asked for the missing orders only."));
        _report = CacheReport.Of(answer);
        return answer.Value;
    }
}
