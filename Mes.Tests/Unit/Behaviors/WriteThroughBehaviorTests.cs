using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.SubmitOrder;
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
internal sealed class WriteThroughBehaviorTests
{
    private readonly Mock<IOrderCache> _cache = new(MockBehavior.Strict);
    private readonly Mock<IOrderReader> _reader = new(MockBehavior.Strict);
    private readonly Mock<IOutbox> _outbox = new(MockBehavior.Strict);
    private readonly Mock<IUnitOfWork> _unitOfWork = new();
    private readonly CommitBarrier _barrier = new();
    private readonly List<string> _calls = [];
    private readonly Queue<PutResult> _putResults = new();
    private readonly List<IReadOnlyCollection<string>> _putTags = [];
    private TaskCompletionSource _elsewhere = new();
    private int _begun;

    public WriteThroughBehaviorTests()
    {
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Writer)).Returns(() =>
        {
            _calls.Add("begin");
            return new ValueTask<LeaseToken?>(new LeaseToken($"token {++_begun}"));
        });
        _cache.Setup(cache =>
            cache.PutAsync(It.IsAny<OrderSnapshot>(), It.IsAny<LeaseToken?>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            {
                _calls.Add($"put {order.Version} with {token?.Value ?? "no token"}");
                _putTags.Add(tags);
                return new ValueTask<PutResult>(_putResults.TryDequeue(out var result) ? result : PutResult.Stored);
            });
        _reader.Setup(reader => reader.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()))
            .ReturnsAsync((Guid _, CancellationToken token) =>
        {
            _calls.Add(token.CanBeCanceled ? "read, cancellably" : "read");
            return Given.Snapshot(OrderStatus.ManufacturingCompleted);
        });
        _outbox.Setup(outbox => outbox.PutConfirmed(Given.OrderId, It.IsAny<int>()))
            .Callback((Guid _, int version) => _calls.Add($"confirmed {version}"));
        _outbox.Setup(outbox => outbox.HandOverAsync(
            Given.OrderId, It.IsAny<int>(), It.IsAny<IReadOnlyCollection<string>>(), It.IsAny<bool>()))
            .Returns((Guid _, int version, IReadOnlyCollection<string> tags, bool hasRow) =>
            {
                _calls.Add($"hand over {version}{(hasRow ? "" : ", without a row")}");
                _putTags.Add(tags);
                return _elsewhere.Task;
            });
        _outbox.Setup(outbox => outbox.TagsConfirmed()).Callback(() => _calls.Add("tags confirmed"));
        _outbox.Setup(outbox => outbox.HandOverTagsAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((IReadOnlyCollection<string> tags) =>
        {
            _calls.Add($"hand over {string.Join(' ', tags)}");
            return _elsewhere.Task;
        });
        _elsewhere.SetResult();
        _unitOfWork.Setup(work => work.HasChanges).Returns(true);
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Callback(() => _calls.Add("commit"))
            .ReturnsAsync(CommitOutcome.Committed);
    }

    [Test]
    public async Task A_change_is_put_behind_the_commit()
    {
        var response = await ClaimAsync(Claim);

        Assert.That(response.IsSuccess);
        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit", "put 4 with no token", "confirmed 4" }),
            "a put over an older entry needs no lease");
    }

    [Test]
    public async Task What_is_put_is_what_goes_out_and_is_serialised_once()
    {
        var response = await ClaimAsync(Claim);

        var goesOut = OrderSnapshot.After(response.Value);
        _cache.Verify(cache => cache.PutAsync(
            It.Is<OrderSnapshot>(put => ReferenceEquals(put, goesOut)), It.IsAny<LeaseToken?>(),
                It.IsAny<IReadOnlyCollection<string>>()));
    }

    [Test]
    public async Task A_new_order_is_put_behind_the_commit_with_the_token_from_before_it()
    {
        var response = await SubmitAsync();

        Assert.That(response.IsSuccess);
        Assert.That(_calls, Is.EqualTo(new[] { "begin", "handler", "commit", "put 1 with token 1", "confirmed 1" }));
    }

    [Test]
    public async Task The_put_gives_new_stamps_to_the_tags_of_the_change()
    {
        await ClaimAsync(Claim);

        Assert.That(_putTags.Single(), Is.EquivalentTo(new[]
        {
            $"order:{Given.OrderId:D}", "seller:alpha", "status:MANUFACTURING_APPROVED", "status:MANUFACTURING_STARTED",
                "orders",
        }));
    }

    [Test]
    public async Task The_commit_waits_until_the_lease_is_answered()
    {
        var answer = new TaskCompletionSource<LeaseToken?>();
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Writer))
            .Returns(new ValueTask<LeaseToken?>(answer.Task));

        var running = SubmitAsync();
        Assert.That(
            _calls, Is.EqualTo(new[] { "handler" }), "the handler makes the order meanwhile but does not commit it (bug class 28)");
        answer.SetResult(new LeaseToken("late"));
        await running;

        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit", "put 1 with late", "confirmed 1" }));
    }

    [Test]
    public async Task Without_an_answer_to_begin_it_is_put_without_a_token()
    {
        _cache.Setup(cache => cache.BeginAsync(Given.OrderId, LeaseHolder.Writer))
            .Returns(new ValueTask<LeaseToken?>((LeaseToken?)null));

        await SubmitAsync();

        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit", "put 1 with no token", "confirmed 1" }));
    }

    [Test]
    public async Task A_refused_command_puts_nothing()
    {
        var response = await ClaimAsync(() => OrderErrors.AlreadyClaimed("boris"));

        Assert.That(response.Error?.Code, Is.EqualTo("already-claimed"));
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }));
    }

    [Test]
    public void What_was_not_committed_is_never_put()
    {
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .ThrowsAsync(new DependencyUnavailableException("The database", new TimeoutException()));

        Assert.That(() => ClaimAsync(Claim), Throws.TypeOf<DependencyUnavailableException>());
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }), "bug class 7");
    }

    [TestCase(PutResult.Rejected)]
    [TestCase(PutResult.Failed)]
    public async Task A_put_that_did_not_succeed_is_followed_by_a_refresh(PutResult result)
    {
        _putResults.Enqueue(result);

        await ClaimAsync(Claim);

        Assert.That(
            _calls, Is.EqualTo(new[] { "handler", "commit", "put 4 with no token", "begin", "read",
                "put 5 with token 1", "confirmed 4" }));
        Assert.That(_putTags[1], Is.EquivalentTo(_putTags[0]), "the refresh renews the same tags");
    }

    [TestCase(PutResult.Stored)]
    [TestCase(PutResult.Superseded)]
    [TestCase(PutResult.Dropped)]
    public async Task The_outbox_row_goes_when_the_cache_has_at_least_this_version(PutResult result)
    {
        _putResults.Enqueue(result);

        await ClaimAsync(Claim);

        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit", "put 4 with no token", "confirmed 4" }));
    }

    [Test]
    public async Task A_change_that_cannot_be_put_is_acknowledged_only_once_it_is_handed_over()
    {
        _elsewhere = new TaskCompletionSource();
        _putResults.Enqueue(PutResult.Failed);
        _putResults.Enqueue(PutResult.Failed);

        var running = ClaimAsync(Claim);
        Assert.That(running.IsCompleted, Is.False, "a reader may still get the old version");
        _elsewhere.SetResult();

        Assert.That((await running).IsSuccess);
        Assert.That(_calls[^2..], Is.EqualTo(new[] { "put 5 with token 1", "hand over 4" }));
        Assert.That(_calls, Has.None.EqualTo("confirmed 4"), "its outbox row stays");
        Assert.That(_putTags[^1], Is.EquivalentTo(_putTags[0]));
    }

    [Test]
    public void A_change_that_cannot_be_handed_over_is_not_acknowledged()
    {
        _elsewhere = new TaskCompletionSource();
        _elsewhere.SetException(new DependencyUnavailableException("The database", null));
        _putResults.Enqueue(PutResult.Failed);
        _putResults.Enqueue(PutResult.Failed);

        Assert.That(() => ClaimAsync(Claim), Throws.TypeOf<DependencyUnavailableException>());
    }

    [Test]
    public async Task A_change_whose_refresh_is_always_rejected_is_handed_over()
    {
        for (var n = 0; n < 100; n++)
        {
            _putResults.Enqueue(PutResult.Rejected);
        }

        await ClaimAsync(Claim);

        Assert.That(_calls[^1], Is.EqualTo("hand over 4"));
        Assert.That(_calls, Has.None.EqualTo("confirmed 4"));
        Assert.That(_putResults, Has.Count.GreaterThan(80), "it gives up soon");
    }

    [Test]
    public async Task A_command_that_changed_nothing_puts_its_version()
    {
        var response = await ClaimAsync(Repeat);

        Assert.That(response.Value.Changed, Is.False);
        Assert.That(_calls, Is.EqualTo(new[] { "handler", "put 4 with no token" }),
            "it puts before it answers (bug class 30), and has no outbox row of its own");
    }

    [Test]
    public async Task A_command_that_began_nothing_new_puts_without_the_token_it_asked_for()
    {
        var response = await SubmitAsync(Repeat);

        Assert.That(response.Value.Changed, Is.False);
        Assert.That(_calls, Has.One.StartsWith("put ").And.One.EqualTo("put 4 with no token"),
            "it read this version and did not commit it, so the version may be older than the lease");
    }

    [Test]
    public async Task A_command_that_changed_nothing_is_refreshed_when_its_put_is_rejected()
    {
        _putResults.Enqueue(PutResult.Rejected);

        await ClaimAsync(Repeat);

        Assert.That(
            _calls, Is.EqualTo(new[] { "handler", "put 4 with no token", "begin", "read", "put 5 with token 1" }));
    }

    [Test]
    public async Task A_command_that_changed_nothing_waits_too_when_its_version_cannot_be_put()
    {
        _putResults.Enqueue(PutResult.Failed);
        _putResults.Enqueue(PutResult.Failed);

        await ClaimAsync(Repeat);

        Assert.That(_calls[^1], Is.EqualTo("hand over 4, without a row"), "bug class 30");
    }

    [Test]
    public async Task Nothing_behind_the_commit_stops_when_the_caller_hangs_up()
    {
        using var request = new CancellationTokenSource();
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>())).Returns(async () =>
        {
            await request.CancelAsync();
            return CommitOutcome.Committed;
        });
        _putResults.Enqueue(PutResult.Rejected);

        await ClaimAsync(Claim, request.Token);

        Assert.That(
            _calls[1..], Is.EqualTo(
                new[] { "put 4 with no token", "begin", "read", "put 5 with token 1", "confirmed 4" }), "bug class 8");
    }

    [Test]
    public async Task A_command_that_is_decided_again_puts_only_what_was_committed()
    {
        var outcomes = new Queue<CommitOutcome>([CommitOutcome.Conflict, CommitOutcome.Committed]);
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Callback(() => _calls.Add("commit")).ReturnsAsync(outcomes.Dequeue);

        await ClaimAsync(Claim);

        Assert.That(_calls, Is.EqualTo(
            new[] { "handler", "commit", "handler", "commit", "put 4 with no token", "confirmed 4" }));
    }

    [Test]
    public async Task The_tags_that_a_command_declares_are_committed_renewed_with_its_orders_and_confirmed()
    {
        IReadOnlyCollection<string>? committed = null;
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Callback((IReadOnlyCollection<string> tags) => committed = tags)
            .ReturnsAsync(CommitOutcome.Committed);

        await SendAsync(new TaggedClaim(), Claim, CancellationToken.None);

        Assert.That(committed, Is.EqualTo(TaggedClaim.Own));
        Assert.That(_putTags.Single(), Is.SupersetOf(TaggedClaim.Own).And.Member("seller:alpha").And.Unique);
        Assert.That(_calls, Is.EqualTo(new[] { "handler", "put 4 with no token", "confirmed 4", "tags confirmed" }));
    }

    [Test]
    public async Task The_tags_that_a_command_declares_are_handed_over_with_its_order_before_it_is_acknowledged()
    {
        _elsewhere = new TaskCompletionSource();
        _putResults.Enqueue(PutResult.Failed);
        _putResults.Enqueue(PutResult.Failed);

        var running = SendAsync(new TaggedClaim(), Claim, CancellationToken.None);
        Assert.That(running.IsCompleted, Is.False);
        _elsewhere.SetResult();
        await running;

        Assert.That(_calls[^2..], Is.EqualTo(new[] { "hand over 4", "hand over machines orders" }));
        Assert.That(_calls, Has.None.EqualTo("tags confirmed"));
    }

    [Test]
    public async Task A_repetition_of_a_command_with_tags_of_its_own_renews_them_in_the_row_that_it_gets()
    {
        _putResults.Enqueue(PutResult.Failed);
        _putResults.Enqueue(PutResult.Failed);

        await SendAsync(new TaggedClaim(), Repeat, CancellationToken.None);

        Assert.That(_calls[^1], Is.EqualTo("hand over 4, without a row"));
        Assert.That(_putTags[^1], Is.SupersetOf(TaggedClaim.Own));
    }

    private static Result<StatusChange> Claim() =>
        Given.AnOrder(OrderStatus.ManufacturingApproved).Claim(Given.Anna, Given.Noon);

    private Result<StatusChange> Repeat()
    {
        _unitOfWork.Setup(work => work.HasChanges).Returns(false);
        return Given.AnOrder(OrderStatus.ManufacturingStarted).Claim(Given.Anna, Given.Noon);
    }

    private Task<Result<StatusChange>> ClaimAsync(
        Func<Result<StatusChange>> handler, CancellationToken cancellationToken = default) =>
        SendAsync(new ClaimOrder(Given.OrderId, Given.Anna, EntityTagCondition.None), handler, cancellationToken);

    private Task<Result<StatusChange>> SubmitAsync(Func<Result<StatusChange>>? handler = null) => SendAsync(
        new SubmitOrder(Given.OrderId, Given.Alpha, "PO-1", null, "PLA", 3, null, null), handler
            ?? (() => Given.Submission()), CancellationToken.None);

    /// <summary>As in the pipeline: around the unit of work, which is around the handler.</summary>
    private Task<Result<StatusChange>> SendAsync<TCommand>(
        TCommand command, Func<Result<StatusChange>> handler, CancellationToken cancellationToken)
        where TCommand : IOrderCommand
    {
        var unitOfWork = new UnitOfWorkBehavior<TCommand, Result<StatusChange>>(_unitOfWork.Object, _barrier);
        return new WriteThroughBehavior<TCommand>(
            _cache.Object, new OrderRefresher(_cache.Object, _reader.Object), _outbox.Object, _barrier).Handle(
            command,
            cancellationToken,
            () => unitOfWork.Handle(command, cancellationToken, () =>
            {
                _calls.Add("handler");
                return Task.FromResult(handler());
            }));
    }

    private sealed record TaggedClaim : IOrderCommand, ITagged
    {
        public static readonly string[] Own = ["machines", "orders"];

        public Guid OrderId => Given.OrderId;

        public Caller Caller => Given.Anna;

        public IReadOnlyCollection<string> Tags => Own;
    }
}
