using Mes.Tests.Support;

namespace Mes.Tests.Caching.Support;

/// <summary>A place where every call that arrives waits until the test releases it.</summary>
internal sealed class Stop
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReleased => _released.Task.IsCompleted;

    public Task ReachedAsync() => Eventually.IsTrue(() => _reached.Task.IsCompleted, Limit, "the stop is reached");

    public void Release() => _released.TrySetResult();

    public Task ArriveAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}
