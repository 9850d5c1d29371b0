using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OrderRefresherTests
{
    private readonly Mock<IOrderCache> _cache = new(MockBehavior.Strict);
    private readonly Mock<IOrderReader> _reader = new(MockBehavior.Strict);
    private readonly List<string> _calls = [];
    private readonly Queue<PutResult> _results = new();
    private OrderSnapshot? _row = Given.Snapshot();

    public OrderRefresherTests()
    {
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Writer)).Returns(() =>
        {
            _calls.Add("begin");
            return new ValueTask<LeaseToken?>(new LeaseToken($"{_calls.Count(call => call == "begin")}"));
        });
        _reader.Setup(reader => reader.FindAsync(Given.OrderId, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            _calls.Add("read");
            return _row;
        });
        _cache.Setup(cache =>
            cache.PutAsync(It.IsAny<OrderSnapshot>(), It.IsAny<LeaseToken?>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((OrderSnapshot _, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            {
                _calls.Add($"put with {token?.Value} {string.Join(' ', tags)}");
                return new ValueTask<PutResult>(_results.Dequeue());
            });
    }

    [TestCase(PutResult.Stored)]
    [TestCase(PutResult.Superseded)]
    [TestCase(PutResult.Failed)]
    public async Task The_row_is_read_behind_the_answer_to_begin(PutResult result)
    {
        _results.Enqueue(result);

        Assert.That(await RefreshAsync(), Is.EqualTo(result));
        Assert.That(_calls, Is.EqualTo(new[] { "begin", "read", "put with 1 a b" }), "bug class 19");
    }

    [Test]
    public async Task What_is_rejected_is_tried_again_from_the_start_with_another_token()
    {
        _results.Enqueue(PutResult.Rejected);
        _results.Enqueue(PutResult.Stored);

        Assert.That(await RefreshAsync(), Is.EqualTo(PutResult.Stored));
        Assert.That(_calls, Is.EqualTo(new[] { "begin", "read", "put with 1 a b", "begin", "read", "put with 2 a b" }));
    }

    [TestCase(false, PutResult.Failed)]
    [TestCase(true, PutResult.Dropped)]
    public async Task Without_a_lease_the_row_is_not_even_read_and_the_entry_is_dropped_if_that_can_be_done(
        bool dropped, PutResult result)
    {
        _cache.Setup(cache => cache.DropAsync(Given.OrderId, new[] { "a", "b" })).Returns(new ValueTask<bool>(dropped));
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Writer))
            .Returns(new ValueTask<LeaseToken?>((LeaseToken?)null));

        Assert.That(await RefreshAsync(), Is.EqualTo(result));
        Assert.That(_calls, Is.Empty);
    }

    [Test]
    public async Task It_gives_up_after_a_few_times()
    {
        for (var n = 0; n < 5; n++)
        {
            _results.Enqueue(PutResult.Rejected);
        }

        Assert.That(await RefreshAsync(), Is.EqualTo(PutResult.Rejected));
        Assert.That(_results, Is.Empty);
    }

    [Test]
    public void An_order_that_is_not_in_the_database_is_a_bug_and_says_so()
    {
        _row = null;

        Assert.That(RefreshAsync, Throws.InvalidOperationException.With.Message.Contains(Given.OrderId.ToString()));
    }

    private Task<PutResult> RefreshAsync() =>
        new OrderRefresher(_cache.Object, _reader.Object)
            .RefreshAsync(Given.OrderId, ["a", "b"], CancellationToken.None);
}
