namespace Mes.Tests.Caching.Exploration;

/// <summary>A call to a port at which an actor waits until the schedule lets it happen.</summary>
internal abstract class Step(Actor actor, string what, Func<bool>? isPossible)
{
    public Actor Actor => actor;

    public string What => what;

    public bool IsPossible => isPossible?.Invoke() ?? true;

    /// <summary>
    /// Whether the waiting actor can be told that no answer came while the command is still under way.
    /// </summary>
    public abstract bool CanBeLate { get; }

    /// <summary>Carries the call out, and lets the waiting actor continue to its next step, or to its end.</summary>
    /// <param name="tell">Called with the result before any actor continues.</param>
    public abstract Task TakeAsync(Action<object?> tell);

    /// <summary>Tells the waiting actor that no answer came.</summary>
    /// <param name="messenger">The actor that still carries the call out later.</param>
    /// <returns>The step that is still to come.</returns>
    public abstract Step BeLate(Actor messenger);
}
