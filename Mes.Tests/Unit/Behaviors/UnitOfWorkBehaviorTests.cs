using Mes.Application.Behaviors;
using Mes.Application.Messaging;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnitOfWorkBehaviorTests
{
    private readonly Mock<IUnitOfWork> _unitOfWork = new();
    private readonly CommitBarrier _barrier = new();
    private readonly List<string> _calls = [];
    private readonly Queue<CommitOutcome> _outcomes = new();

    public UnitOfWorkBehaviorTests()
    {
        _unitOfWork.Setup(work => work.HasChanges).Returns(true);
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Callback((IReadOnlyCollection<string> tags) => _calls.Add($"commit[{string.Join(' ', tags)}]"))
            .ReturnsAsync(() => _outcomes.TryDequeue(out var outcome) ? outcome : CommitOutcome.Committed);
        _unitOfWork.Setup(work => work.Reset()).Callback(() => _calls.Add("reset"));
    }

    [Test]
    public async Task A_success_is_committed_once_behind_the_handler()
    {
        var change = Given.Submission();

        var response = await ClaimAsync(_ => change);

        Assert.That(response.Value, Is.SameAs(change));
        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit[]" }));
    }

    [Test]
    public async Task A_failure_is_not_committed()
    {
        var response = await ClaimAsync(_ => OrderErrors.NotFound);

        Assert.That(response.Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }));
    }

    [Test]
    public async Task Nothing_is_committed_when_nothing_has_changed()
    {
        _unitOfWork.Setup(work => work.HasChanges).Returns(false);

        var response = await ClaimAsync(_ => Given.Submission());

        Assert.That(response.IsSuccess);
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }));
    }

    [Test]
    public async Task After_a_conflict_the_command_is_decided_again_on_what_the_others_left()
    {
        _outcomes.Enqueue(CommitOutcome.Conflict);

        var response = await ClaimAsync(
            attempt => attempt == 1 ? Given.Submission() : OrderErrors.AlreadyClaimed("boris"));

        Assert.That(response.Error?.Code, Is.EqualTo("already-claimed"), "the caller that lost learns who has the order");
        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit[]", "reset", "handler" }));
    }

    [Test]
    public async Task After_conflicts_the_answer_is_the_one_that_was_committed()
    {
        _outcomes.Enqueue(CommitOutcome.Conflict);
        _outcomes.Enqueue(CommitOutcome.Conflict);
        var third = Given.Submission();

        var response = await ClaimAsync(attempt => attempt == 3 ? third : Given.Submission());

        Assert.That(response.Value, Is.SameAs(third));
    }

    [Test]
    public async Task A_command_that_keeps_losing_is_told_so()
    {
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .ReturnsAsync(CommitOutcome.Conflict);

        var response = await ClaimAsync(_ => Given.Submission());

        Assert.That(response.Error, Is.EqualTo(OrderErrors.ConcurrentChange));
        Assert.That(_calls.Count(call => call == "handler"), Is.EqualTo(4));
        Assert.That(_calls[^1], Is.EqualTo("reset"), "nothing of it is left to be committed");
    }

    [Test]
    public void A_commit_that_failed_is_not_tried_again_here()
    {
        _unitOfWork.Setup(work => work.CommitAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .ThrowsAsync(new DependencyUnavailableException("The database", new TimeoutException()));

        Assert.That(() => ClaimAsync(_ => Given.Submission()), Throws.TypeOf<DependencyUnavailableException>());
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }), "the change may have been committed (bug classes 21 and 22)");
    }

    [Test]
    public async Task The_commit_waits_for_what_must_have_been_answered_before_it()
    {
        var begin = new TaskCompletionSource();
        _barrier.Expect(begin.Task);

        var running = ClaimAsync(_ => Given.Submission());
        Assert.That(_calls, Is.EqualTo(new[] { "handler" }), "the handler loads the order meanwhile (bug class 28)");
        begin.SetResult();
        await running;

        Assert.That(_calls, Is.EqualTo(new[] { "handler", "commit[]" }));
    }

    [Test]
    public async Task The_tags_of_a_command_are_committed_with_its_change()
    {
        var behavior = new UnitOfWorkBehavior<RenamesMaterial, Result<int>>(_unitOfWork.Object, _barrier);

        await behavior.Handle(new RenamesMaterial(), CancellationToken.None, () => Task.FromResult<Result<int>>(1));

        Assert.That(_calls, Is.EqualTo(new[] { "commit[materials material:pla]" }));
    }

    private Task<Result<StatusChange>> ClaimAsync(Func<int, Result<StatusChange>> handler)
    {
        var attempt = 0;
        return new UnitOfWorkBehavior<ClaimOrder, Result<StatusChange>>(_unitOfWork.Object, _barrier).Handle(
            new ClaimOrder(Given.OrderId, Given.Anna, EntityTagCondition.None),
            CancellationToken.None,
            () =>
            {
                _calls.Add("handler");
                return Task.FromResult(handler(++attempt));
            });
    }

    private sealed record RenamesMaterial : ICommand<int>
    {
        public IReadOnlyCollection<string> Tags => ["materials", "material:pla"];
    }
}
