using System.Runtime.InteropServices;

namespace Mes.Api.Hosting;

/// <summary>
/// Stops the process on a signal. On SIGTERM, the signal in production, <c>/health/ready</c> returns 503 at once, and
/// the service keeps serving for <paramref name="delay"/>, so that load balancers notice before it refuses connections.
/// Then the host stops; on Ctrl+C it stops at once. It accepts no new connections and completes the requests under way.
/// Only then does it stop the background services, because those requests need them (licences, the relay). A second
/// signal ends the delay.
/// </summary>
/// <remarks>Replaces the framework's <c>ConsoleLifetime</c>, which stops at once on every signal.</remarks>
internal sealed partial class DrainingLifetime(
    TimeSpan delay,
    Draining draining,
    IHostApplicationLifetime application,
    TimeProvider clock,
    ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<IDisposable> _held = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // Readiness reports it, whatever stops the host.
        _held.Add(application.ApplicationStopping.Register(() => draining.Begin()));
        Handle(PosixSignal.SIGTERM, Drain);
        Handle(PosixSignal.SIGINT, application.StopApplication);
        Handle(PosixSignal.SIGQUIT, application.StopApplication);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        lock (_held)
        {
            _held.ForEach(one => one.Dispose());
            _held.Clear();
        }
    }

    private void Handle(PosixSignal signal, Action action) =>
        _held.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true; // Otherwise the runtime ends the process.
        action();
    }));

    /// <summary>Does what SIGTERM does.</summary>
    internal void Drain()
    {
        if (!draining.Begin() || delay == TimeSpan.Zero || !application.ApplicationStarted.IsCancellationRequested)
        {
            application.StopApplication();
            return;
        }

        Begun(delay);
        lock (_held)
        {
            _held.Add(clock.CreateTimer(_ => application.StopApplication(), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Told to stop: not ready from now on, stopping in {Delay}")]
    private partial void Begun(TimeSpan delay);
}
