using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// Lets a test control one instance of the service: it stops the instance at its ports, and answers in their place. All
/// other calls go through unchanged.
/// </summary>
internal sealed class Seams
{
    private readonly Lock _lock = new();
    private readonly List<(Seam Seam, Guid OrderId, Stop Stop)> _stops = [];
    private readonly List<Stop> _reached = [];

    /// <summary>Answers in place of the cache's <c>begin</c>. Gets the real call as its argument.</summary>
    public Func<Guid, Func<Task<LeaseToken?>>, Task<LeaseToken?>>? Begin { get; set; }

    public Func<PutCall, Task<PutResult>>? Put { get; set; }

    public Func<Guid, Func<Task<OrderSnapshot?>>, Task<OrderSnapshot?>>? Find { get; set; }

    public Func<Func<Task<CommitOutcome>>, Task<CommitOutcome>>? Commit { get; set; }

    /// <summary>
    /// Called when a handler has finished, just before the service decides whether there is something to commit.
    /// </summary>
    public Action? Decided { get; set; }

    /// <summary>
    /// Holds the next call about this order at the seam. A commit does not know its order, so any commit will do.
    /// </summary>
    public Stop StopAt(Seam seam, Guid orderId)
    {
        var stop = new Stop();
        lock (_lock)
        {
            _stops.Add((seam, orderId, stop));
        }

        return stop;
    }

    public Task PassAsync(Seam seam, Guid? orderId)
    {
        lock (_lock)
        {
            var index = _stops.FindIndex(stop => stop.Seam == seam && (orderId is null || stop.OrderId == orderId));
            if (index < 0)
            {
                return Task.CompletedTask;
            }

            var stop = _stops[index].Stop;
            _stops.RemoveAt(index);
            _reached.Add(stop);
            return stop.ArriveAsync();
        }
    }

    /// <summary>
    /// Releases every held call and removes all answers, so that a failed test does not hold up the next one.
    /// </summary>
    public void Reset()
    {
        (Begin, Put, Find, Commit, Decided) = (null, null, null, null, null);
        LetGo();
    }

    /// <summary>Releases every held call. The answers in place of the ports stay.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            _stops.Clear();
            _reached.ForEach(stop => stop.Release());
            _reached.Clear();
        }
    }
}
