using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// Where a test takes hold of one instance of the service: stops between it and its ports, and answers in their place.
/// What a test does not ask for goes through untouched.
/// </summary>
internal sealed class Seams
{
    private readonly Lock _lock = new();
    private readonly List<(Seam Seam, Guid OrderId, Stop Stop)> _stops = [];
    private readonly List<Stop> _reached = [];

    /// <summary>Answers instead of the cache's <c>begin</c>; given what would really happen.</summary>
    public Func<Guid, Func<Task<LeaseToken?>>, Task<LeaseToken?>>? Begin { get; set; }

    public Func<PutCall, Task<PutResult>>? Put { get; set; }

    public Func<Guid, Func<Task<OrderSnapshot?>>, Task<OrderSnapshot?>>? Find { get; set; }

    public Func<Func<Task<CommitOutcome>>, Task<CommitOutcome>>? Commit { get; set; }

    /// <summary>
    /// Called when a handler is done and it is about to be decided whether there is something to commit.
    /// </summary>
    public Action? Decided { get; set; }

    /// <summary>
    /// The next one to come by on behalf of this order waits there. Commits do not know their order: any will do.
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
    /// Lets everybody go, and answers nothing any more, so that a failed test does not hold up the next.
    /// </summary>
    public void Reset()
    {
        (Begin, Put, Find, Commit, Decided) = (null, null, null, null, null);
        LetGo();
    }

    /// <summary>Lets everybody go who stands still. What is answered in place of the ports stays as it is.</summary>
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
