using Mes.Application.Persistence;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Retries reads within a short budget, on another connection if the first one was broken. Only for statements that
/// change nothing: how a commit is retried is for the unit of work to decide.
/// </summary>
internal sealed class TransientRetry(IDatabaseEngine engine, TimeProvider clock)
{
    /// <summary>The time for one read, with all its attempts and all waiting.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(Budget, read, cancellationToken);

    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public Task<T> RunAsync<T>(
        TimeSpan budget, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(budget, Attempts, read, cancellationToken);

    /// <summary>For a read on a context that others use too: its disposal waits for the read.</summary>
    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public Task<T> RunAsync<T>(
        MesDbContext context, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(token => context.Hold(read(token)), cancellationToken);

    /// <summary>
    /// Does not retry. For a read within a transaction: on another connection it would run outside of it.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">The database did not answer within the budget.</exception>
    public Task<T> RunOnceAsync<T>(
        MesDbContext context, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(Budget, attempts: 1, token => context.Hold(read(token)), cancellationToken);

    private async Task<T> RunAsync<T>(
        TimeSpan budget, int attempts, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(budget, clock, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await deadline.WaitAsync(read(deadline.Token));
            }
            catch (Exception exception)
                when (!cancellationToken.IsCancellationRequested && !deadline.IsOver && engine.IsTransient(exception))
            {
                if (attempt == attempts)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }
}
