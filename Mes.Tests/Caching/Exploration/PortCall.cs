namespace Mes.Tests.Caching.Exploration;

/// <inheritdoc/>
/// <param name="unanswered">What the caller is told when no answer came; null when that does not happen.</param>
internal sealed class PortCall<T>(
    Actor actor, string what, Func<ValueTask<T>> act, Func<bool>? isPossible, Func<T>? unanswered)
    : Step(actor, what, isPossible)
{
    // Continues at once, on the schedule's own turn: when it is completed, everybody stands at the next step.
    private readonly TaskCompletionSource<T> _answer = new();

    public Task<T> Answer => _answer.Task;

    public override bool CanBeLate => unanswered is not null;

    public override async Task TakeAsync(Action<object?> tell)
    {
        T result;
        try
        {
            result = await act();
        }
        catch (Exception exception)
        {
            tell(exception);
            _answer.SetException(exception);
            return;
        }

        tell(result);
        _answer.SetResult(result);
    }

    public override Step BeLate(Actor messenger)
    {
        var late = new PortCall<T>(messenger, What, act, isPossible: null, unanswered: null);
        _answer.SetResult(unanswered!());
        return late;
    }
}
