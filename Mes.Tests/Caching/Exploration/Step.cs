namespace Mes.Tests.Caching.Exploration;

/// <summary>A call to a port at which somebody waits until the schedule lets it happen.</summary>
internal abstract class Step(Actor actor, string what, Func<bool>? isPossible)
{
    public Actor Actor => actor;

    public string What => what;

    public bool IsPossible => isPossible?.Invoke() ?? true;

    /// <summary>The one who waits can be told that no answer came, while the command is still under way.</summary>
    public abstract bool CanBeLate { get; }

    /// <summary>Does it, and lets the one who waits go on to the next step, or to the end.</summary>
    /// <param name="tell">Called with the result before anybody goes on.</param>
    public abstract Task TakeAsync(Action<object?> tell);

    /// <summary>Tells the one who waits that no answer came.</summary>
    /// <param name="messenger">On whose behalf it will happen all the same.</param>
    /// <returns>What will happen.</returns>
    public abstract Step BeLate(Actor messenger);
}
