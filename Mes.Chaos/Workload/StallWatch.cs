using Mes.Chaos.Checking;

namespace Mes.Chaos.Workload;

/// <summary>
/// Notices when this program, and so probably the whole machine, stalls. Time limits do not apply then.
/// </summary>
internal static class StallWatch
{
    private const int PeriodMilliseconds = 20;
    private const int StallMilliseconds = 300;

    public static async Task RunAsync(History history, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var start = Clock.Now;
            await Task.Delay(PeriodMilliseconds, CancellationToken.None);
            if (Clock.Milliseconds(start, Clock.Now) > StallMilliseconds)
            {
                history.Stalls.Enqueue((start, Clock.Now));
            }
        }
    }
}
