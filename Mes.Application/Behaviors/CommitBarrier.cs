namespace Mes.Application.Behaviors;

/// <summary>
/// Holds this request's commit back until Redis has answered its <c>begin</c>; one per request. A <c>begin</c> that is
/// still under way at the commit could arrive after another writer's newer put, and its lease would then admit an older
/// version (bug class 28).
/// </summary>
internal sealed class CommitBarrier
{
    private Task _answered = Task.CompletedTask;

    public void Expect(Task answer) => _answered = answer;

    public Task WaitAsync() => _answered;
}
