using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Caching;

/// <summary>
/// What reads of one order share that found nothing in the cache together: one of them reads the database and fills the
/// cache, and the others wait for it. All of them had asked before the cache was asked, so what is read now is new
/// enough for each. Without this, a herd of readers would write to Redis as often as it asks.
/// </summary>
public sealed class SharedMiss
{
    private readonly Lock _lock = new();
    private Task<Result<OrderSnapshot>>? _look;
    private Task<FilledOrder>? _fill;

    /// <summary>The order as the database has it; the first caller reads it, without filling the cache.</summary>
    /// <param name="look">Runs for all callers, so it uses no caller's cancellation token and no caller's scope.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the read continues for the others.</param>
    public Task<Result<OrderSnapshot>> LookAsync(
        Func<Task<Result<OrderSnapshot>>> look, CancellationToken cancellationToken) =>
        Share(ref _look, look).WaitAsync(cancellationToken);

    /// <summary>The order that the first caller reads and fills in.</summary>
    /// <inheritdoc cref="LookAsync"/>
    public Task<FilledOrder> FillAsync(Func<Task<FilledOrder>> fill, CancellationToken cancellationToken) =>
        Share(ref _fill, fill).WaitAsync(cancellationToken);

    private Task<T> Share<T>(ref Task<T>? shared, Func<Task<T>> start)
    {
        lock (_lock)
        {
            return shared ??= Task.Run(start);
        }
    }
}
