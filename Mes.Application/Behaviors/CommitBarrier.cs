namespace Mes.Application.Behaviors;

/// <summary>
/// What must have been answered before this request's commit; one per request. A lease whose <c>begin</c> is still under
/// way at the commit could land after somebody else's newer put and arm an older one (bug class 28).
/// </summary>
internal sealed class CommitBarrier
{
    private Task _answered = Task.CompletedTask;

    public void Expect(Task answer) => _answered = answer;

    public Task WaitAsync() => _answered;
}
