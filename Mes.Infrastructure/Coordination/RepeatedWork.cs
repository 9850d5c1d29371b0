using Mes.Infrastructure.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>Work that the instance does in the background again and again, once the service is ready.</summary>
/// <param name="work">Begins the sentence "… fails", as in <see cref="RecurringFailure"/>.</param>
/// <param name="interval">From the beginning of one run to that of the next.</param>
internal abstract class RepeatedWork(
    string work, TimeSpan interval, ReadySignal ready, TimeProvider clock, ILogger logger)
    : BackgroundService
{
    private readonly RecurringFailure _failure = new(work, logger);

    /// <summary>Whether the first run does not wait for an interval to pass.</summary>
    protected virtual bool RunsAtOnce => false;

    protected abstract Task RunAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(interval, clock);
        if (!RunsAtOnce)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        do
        {
            try
            {
                await RunAsync(stoppingToken);
                _failure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _failure.Failed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
