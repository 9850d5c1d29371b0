namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Set once, when the database has answered and has the schema. Background services wait for it.
/// </summary>
internal sealed class ReadySignal
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSet => _set.Task.IsCompleted;

    public Task WaitAsync(CancellationToken cancellationToken) => _set.Task.WaitAsync(cancellationToken);

    public void Set() => _set.TrySetResult();
}
