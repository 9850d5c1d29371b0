using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Mes.Domain.Callers;
using Microsoft.Extensions.Options;

namespace Mes.Api.Http;

/// <summary>
/// Limits how many requests of each caller the instance works on at once, with one queue per caller. A caller that
/// sends a thousand requests at once waits for its own; the others do not. All keys of a seller are one caller.
/// </summary>
/// <remarks>
/// A permit stands for work, not for waiting. A request that holds one for long is waiting for a database or for a slow
/// sender's bytes, so the permit is taken back. So a stalled database does not keep a caller from what the cache can
/// answer (bug class 24).
/// </remarks>
internal sealed class CallerShares : IDisposable
{
    /// <summary>A permit is taken back after this time: many times what a response from the cache takes.</summary>
    internal static readonly TimeSpan Term = TimeSpan.FromMilliseconds(50);

    private readonly FairnessOptions _options;
    private readonly TimeProvider _clock;
    private readonly int _permits;
    private readonly Lane _single;
    private readonly Lane _many;
    private readonly ITimer _timer;

    public CallerShares(IOptions<FairnessOptions> options, TimeProvider clock)
    {
        _options = options.Value;
        _clock = clock;
        _permits = _options.PermitsPerProcessor * Environment.ProcessorCount;
        _single = new Lane(_permits, _options.MaxWaiting, Term);
        _many = new Lane(_permits, _options.MaxWaiting, Term * 8);
        _timer = clock.CreateTimer(_ => Reclaim(), null, Term / 2, Term / 2);
    }

    /// <param name="cost">Null for a request about one order.</param>
    /// <returns>
    /// Dispose it when the request is done. Null when the caller has too many requests waiting, so that this one must
    /// be refused.
    /// </returns>
    public ValueTask<IDisposable?> EnterAsync(Caller caller, RequestCost? cost, HttpContext http)
    {
        var lane = cost is null ? _single : _many;
        var permits = cost is null ? 1 : Math.Min(cost.Of(http.Request), _permits);
        var lease = lane.Limiter.AttemptAcquire(caller, permits);
        return lease.IsAcquired ? new(Hold(lane, lease)) : WaitAsync(lane, caller, permits, http.RequestAborted);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _single.Limiter.Dispose();
        _many.Limiter.Dispose();
    }

    private async ValueTask<IDisposable?> WaitAsync(Lane lane, Caller caller, int permits, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(_options.WaitTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        try
        {
            var lease = await lane.Limiter.AcquireAsync(caller, permits, either.Token);
            return lease.IsAcquired ? Hold(lane, lease) : null;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private Share Hold(Lane lane, RateLimitLease lease)
    {
        var share = new Share(lease, _clock.GetTimestamp());
        lane.Held.Enqueue(share);
        return share;
    }

    private void Reclaim()
    {
        foreach (var lane in new[] { _single, _many })
        {
            // The oldest share is first.
            while (lane.Held.TryPeek(out var share) && (share.IsReleased
                || _clock.GetElapsedTime(share.Since) >= lane.Term) && lane.Held.TryDequeue(out share))
            {
                share.Dispose();
            }
        }
    }

    private sealed class Lane(int permits, int mostWaiting, TimeSpan term)
    {
        public PartitionedRateLimiter<Caller> Limiter { get; } = PartitionedRateLimiter.Create<Caller, Caller>(caller =>
            RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = permits,
                QueueLimit = mostWaiting,
                QueueProcessingOrder =
                    QueueProcessingOrder.OldestFirst,
            }));

        public ConcurrentQueue<Share> Held { get; } = new();

        public TimeSpan Term => term;
    }

    /// <summary>Released once, by the request or by the timer.</summary>
    private sealed class Share(RateLimitLease lease, long since) : IDisposable
    {
        private int _isReleased;

        public long Since => since;

        public bool IsReleased => Volatile.Read(ref _isReleased) != 0;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                lease.Dispose();
            }
        }
    }
}
