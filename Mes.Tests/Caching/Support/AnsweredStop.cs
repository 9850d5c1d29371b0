using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// Counts the replies from Redis to one operation of an instance, and stops the instance between the arrival of a reply
/// and its use: where the instance records how long Redis took. The thread stands still there, as all threads do when a
/// process is stopped.
/// </summary>
internal sealed class AnsweredStop : IDisposable
{
    private readonly MeterListener _listener = new();
    private volatile Stop? _stop;
    private Stop? _latest;
    private int _count;

    public AnsweredStop(Instance instance, string operation)
    {
        var meters = instance.Host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "mes.redis.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (tags[0].Value is not string measured || measured != operation)
            {
                return;
            }

            Interlocked.Increment(ref _count);
            if (_stop is { } stop)
            {
                _stop = null;
                stop.ArriveAsync().GetAwaiter().GetResult();
            }
        });
        _listener.Start();
    }

    /// <summary>How many replies to this operation have arrived.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The stop at the next reply to this operation.</summary>
    public Stop Next() => _stop = _latest = new Stop();

    public void Dispose()
    {
        _latest?.Release();
        _listener.Dispose();
    }
}
