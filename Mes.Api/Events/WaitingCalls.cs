using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Domain.Callers;

namespace Mes.Api.Events;

/// <summary>Counts the calls that wait for events in this instance, and limits those of each seller.</summary>
internal sealed class WaitingCalls
{
    public const int MaxPerSeller = 10;

    private readonly Lock _counting = new();
    private readonly Dictionary<Caller, int> _ofCaller = [];
    private int _all;

    public WaitingCalls(IMeterFactory meters) =>
        meters.Create(Telemetry.Name).CreateObservableGauge(
            "mes.events.followers",
            () => Count,
            description: "Calls that wait for events in this instance.");

    /// <summary>The calls that wait now, of all callers.</summary>
    internal int Count => Volatile.Read(ref _all);

    /// <returns>Dispose it when the call no longer waits. Null if too many calls of the seller wait already.</returns>
    public IDisposable? TryEnter(Caller caller)
    {
        lock (_counting)
        {
            var count = _ofCaller.GetValueOrDefault(caller);
            if (caller.Role == Role.Seller && count >= MaxPerSeller)
            {
                return null;
            }

            _ofCaller[caller] = count + 1;
            _all++;
            return new Place(this, caller);
        }
    }

    private void Leave(Caller caller)
    {
        lock (_counting)
        {
            _all--;
            if (--_ofCaller[caller] == 0)
            {
                _ofCaller.Remove(caller);
            }
        }
    }

    private sealed class Place(WaitingCalls calls, Caller caller) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                calls.Leave(caller);
            }
        }
    }
}
