using System.Collections.Concurrent;
using Mes.Domain.Callers;
using Microsoft.Extensions.Options;

namespace Mes.Api.Http;

/// <summary>
/// Limits how many requests of each caller the instance works on at once, with one queue per caller. A caller that
/// sends a thousand requests at once waits for its own; the others do not. All keys of a seller are one caller.
/// </summary>
/// <remarks>
/// <para>
/// A permit stands for work, not for waiting. A request that holds one for long is waiting for a database or for a slow
/// sender's bytes, so the permit is taken back. So a stalled database does not keep a caller from what the cache can
/// answer (bug class 24).
/// </para>
/// <para>
/// A share is counted and not kept: the gate of a caller knows how many permits were taken in each of the last periods.
/// So a request that does not wait allocates nothing. A gate stays for as long as the instance runs; there are no more
/// than callers with a valid key.
/// </para>
/// </remarks>
internal sealed class CallerShares : IDisposable
{
    /// <summary>A permit is taken back after this time: many times what a response from the cache takes.</summary>
    internal static readonly TimeSpan Term = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Period = Term / 2;

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
        _timer = clock.CreateTimer(_ => BeginPeriod(), null, Period, Period);
    }

    /// <param name="cost">Null for a request about one order.</param>
    /// <returns>
    /// Dispose it once, when the request is done. Null when the caller has too many requests waiting, so that this one
    /// must be refused.
    /// </returns>
    public ValueTask<Share?> EnterAsync(Caller caller, RequestCost? cost, HttpContext http)
    {
        var gate = (cost is null ? _single : _many).GateOf(caller);
        var permits = cost is null ? 1 : Math.Min(cost.Of(http.Request), _permits);
        return gate.TryEnter(permits, out var share, out var waiter) ? new(share)
            : waiter is null ? new((Share?)null)
            : new(WaitAsync(gate, waiter, http.RequestAborted));
    }

    public void Dispose() => _timer.Dispose();

    private async Task<Share?> WaitAsync(Gate gate, Waiter waiter, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(_options.WaitTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        await using var giveUp = either.Token.Register(() => gate.GiveUp(waiter));
        var share = await waiter.Task;
        if (share is null)
        {
            aborted.ThrowIfCancellationRequested();
        }

        return share;
    }

    private void BeginPeriod()
    {
        _single.BeginPeriod();
        _many.BeginPeriod();
    }

    /// <summary>Permits that a request holds, from the period in which it took them.</summary>
    internal readonly struct Share(Gate gate, long period, int permits) : IDisposable
    {
        public void Dispose() => gate.Leave(period, permits);
    }

    /// <summary>A request that waits for its permits; its result is null where it gave up.</summary>
    internal sealed class Waiter(int permits) : TaskCompletionSource<Share?>(
        TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Permits => permits;
    }

    /// <summary>The permits of one caller for requests of one kind.</summary>
    internal sealed class Gate(int permits, int mostWaiting, int periods)
    {
        private readonly Lock _lock = new();
        private readonly Queue<Waiter> _queue = [];

        /// <summary>The permits that are held, by the period in which they were taken.</summary>
        private readonly int[] _held = new int[periods];
        private int _free = permits;
        private int _waiting;
        private long _period;

        /// <param name="waiter">Null when the request must be refused.</param>
        /// <returns>False when the request does not have its permits yet, or is refused.</returns>
        public bool TryEnter(int wanted, out Share share, out Waiter? waiter)
        {
            lock (_lock)
            {
                waiter = null;
                if (_waiting == 0 && _free >= wanted)
                {
                    share = Take(wanted);
                    return true;
                }

                share = default;
                if (_waiting + wanted <= mostWaiting)
                {
                    _waiting += wanted;
                    _queue.Enqueue(waiter = new Waiter(wanted));
                }

                return false;
            }
        }

        public void Leave(long period, int taken)
        {
            lock (_lock)
            {
                // What was taken earlier has been taken back.
                if (_period - period < periods)
                {
                    _held[period % periods] -= taken;
                    _free += taken;
                    Admit();
                }
            }
        }

        public void GiveUp(Waiter waiter)
        {
            lock (_lock)
            {
                if (waiter.TrySetResult(null))
                {
                    _waiting -= waiter.Permits;
                    Admit();
                }
            }
        }

        /// <summary>Takes back what was taken as many periods ago as a term has.</summary>
        public void BeginPeriod()
        {
            lock (_lock)
            {
                _period++;
                ref var oldest = ref _held[_period % periods];
                _free += oldest;
                oldest = 0;
                Admit();
            }
        }

        private Share Take(int wanted)
        {
            _free -= wanted;
            _held[_period % periods] += wanted;
            return new Share(this, _period, wanted);
        }

        private void Admit()
        {
            while (_queue.TryPeek(out var waiter) && (waiter.Task.IsCompleted || _free >= waiter.Permits))
            {
                _queue.Dequeue();
                if (!waiter.Task.IsCompleted)
                {
                    _waiting -= waiter.Permits;
                    waiter.SetResult(Take(waiter.Permits));
                }
            }
        }
    }

    private sealed class Lane
    {
        private readonly ConcurrentDictionary<Caller, Gate> _gates = new();
        private readonly Func<Caller, Gate> _newGate;

        public Lane(int permits, int mostWaiting, TimeSpan term)
        {
            // One more, because a share may be taken at the end of its period.
            var periods = (int)(term / Period) + 1;
            _newGate = _ => new Gate(permits, mostWaiting, periods);
        }

        public Gate GateOf(Caller caller) => _gates.GetOrAdd(caller, _newGate);

        public void BeginPeriod()
        {
            foreach (var (_, gate) in _gates)
            {
                gate.BeginPeriod();
            }
        }
    }
}
