namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// A writer, a reader, the relay or a command that is late: a schedule interleaves its steps with those of other
/// actors.
/// </summary>
internal sealed class Actor(string name, Schedule schedule) : IDisposable
{
    private static readonly AsyncLocal<Actor?> Running = new();

    private CancellationTokenSource _caller = new();

    /// <summary>The actor on whose behalf this code runs, however deep in the service.</summary>
    public static Actor Current => Running.Value
        ?? throw new InvalidOperationException("This code does not run on behalf of an actor.");

    public string Name => name;

    public Schedule Schedule => schedule;

    /// <summary>Cancelled when the caller of the request hangs up.</summary>
    public CancellationToken Caller => _caller.Token;

    /// <summary>The actor was killed: its steps are never taken, and it never answers.</summary>
    public bool IsGone { get; set; }

    /// <summary>A request is under way: its first step has been taken, and it has not been answered.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>The cache did not answer a get or a put of the current request.</summary>
    public bool WasLeftUnanswered { get; set; }

    /// <summary>The instance that keeps copies and asks for this actor; null if there are no copies.</summary>
    public ScheduledInstance? Instance { get; init; }

    /// <summary>The read that the instance has been asked for.</summary>
    public Task? Read { get; set; }

    /// <summary>What the current request shares with others that missed with it; null if it is alone.</summary>
    public SharedFill? Fill { get; set; }

    /// <summary>The current request leased the order, and no entry was there.</summary>
    public bool HasLeased { get; set; }

    /// <summary>The newest version that had been acknowledged or told when the current request began.</summary>
    public int Floor { get; private set; }

    /// <summary>The newest version that had been acknowledged when the current request began.</summary>
    public int AcknowledgedFloor { get; private set; }

    private bool IsAboutToBegin { get; set; }

    private Task Work { get; set; } = Task.CompletedTask;

    public bool IsDone => IsGone || Work.IsCompleted;

    public void Start(Func<Task> program) => Work = RunAsync(program);

    /// <summary>
    /// Announces a new request. It begins with its first step: whatever happens before that step happens before the
    /// request.
    /// </summary>
    public void Ask()
    {
        (IsAboutToBegin, IsBusy, WasLeftUnanswered, HasLeased) = (true, false, false, false);
        Fill = null;
        if (Caller.IsCancellationRequested)
        {
            _caller.Dispose();
            _caller = new CancellationTokenSource();
        }
    }

    public void Answered() => IsBusy = false;

    public void TakesStep()
    {
        if (IsAboutToBegin)
        {
            (IsAboutToBegin, IsBusy) = (false, true);
            (Floor, AcknowledgedFloor) = (schedule.Newest, schedule.NewestAcknowledged);
        }
    }

    public void HangUp() => _caller.Cancel();

    /// <summary>Throws what the actor's program threw, which is never expected.</summary>
    public void ThrowIfFailed()
    {
        if (Work.IsFaulted)
        {
            Work.GetAwaiter().GetResult();
        }
    }

    public void Dispose() => _caller.Dispose();

    private async Task RunAsync(Func<Task> program)
    {
        Running.Value = this;
        await program();
    }
}
