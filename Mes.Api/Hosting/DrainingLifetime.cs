using System.Runtime.InteropServices;

namespace Mes.Api.Hosting;

/// <summary>
/// Ends the process on a signal. On SIGTERM, which is how it is told in production, <c>/health/ready</c> is 503 at once and the service
/// goes on serving for <paramref name="delay"/>, so that load balancers have noticed before a connection is refused. Then, and on
/// Ctrl+C at once, the host stops: it takes no more connections, answers the requests under way, and only after the last of them stops
/// what works in the background, which those requests need (licences, the relay). A second signal ends the waiting.
/// </summary>
/// <remarks>In place of the framework's <c>ConsoleLifetime</c>, which stops at once on every signal.</remarks>
internal sealed partial class DrainingLifetime(
    TimeSpan delay, Draining draining, IHostApplicationLifetime application, TimeProvider clock, ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<IDisposable> _held = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // Whatever stops the host: readiness says so.
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

    private void Handle(PosixSignal signal, Action action) => _held.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true; // Else the runtime ends the process.
        action();
    }));

    /// <summary>As on SIGTERM.</summary>
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked to end: not ready from now on, and stopping in {Delay}")]
    private partial void Begun(TimeSpan delay);
}
