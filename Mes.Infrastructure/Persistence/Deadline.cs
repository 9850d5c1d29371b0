using Mes.Application.Persistence;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Bounds how long a caller waits for the database. The client's own cancellation does not: it asks the server, over a
/// connection of its own, to end the statement, and blocks for seconds while the server hangs. So the caller leaves
/// when the time is over, and the statement is cancelled on a thread that nothing else waits for
/// (docs/decisions/0054).
/// </summary>
/// <param name="caller">Cancels the statements as well; then the caller waits until they have ended.</param>
internal sealed class Deadline(TimeSpan budget, TimeProvider clock, CancellationToken caller = default) : IDisposable
{
    private readonly long _started = clock.GetTimestamp();
    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(caller);

    /// <summary>For the statements. Cancelled a moment after the time is over.</summary>
    public CancellationToken Token => _cancelled.Token;

    public bool IsOver { get; private set; }

    /// <summary>
    /// Waits until the statement has ended or the time is over. Then it goes on in the background, so it must not use
    /// what others use, or dispose of.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">The time is over.</exception>
    public async Task<T> WaitAsync<T>(Task<T> statement)
    {
        var rest = budget - clock.GetElapsedTime(_started);
        try
        {
            return await statement.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, clock);
        }
        catch (TimeoutException exception)
        {
            if (statement.IsCompleted)
            {
                return await statement;
            }

            IsOver = true;
            _ = Task.Factory.StartNew(
                _cancelled.Cancel, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            throw new DependencyUnavailableException("The database", exception);
        }
    }

    public void Dispose()
    {
        if (!IsOver)
        {
            _cancelled.Dispose();
        }
    }
}
