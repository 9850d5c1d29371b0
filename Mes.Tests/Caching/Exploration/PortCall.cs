namespace Mes.Tests.Caching.Exploration;

/// <summary><inheritdoc/></summary>
/// <param name="unanswered">What the caller is told when no answer comes. Null if the call cannot be late.</param>
internal sealed class PortCall<T>(
    Actor actor, string what, Func<ValueTask<T>> act, Func<bool>? isPossible, Func<T>? unanswered)
    : Step(actor, what, isPossible)
{
    // Continues synchronously, on the schedule's own turn: when the answer is set, every actor has reached its next
    // step.
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
