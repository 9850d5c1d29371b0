using System.Diagnostics.Metrics;
using Mes.Application;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Counts callers that were not authenticated: each in a metric, and all together in the log at most once a second.
/// </summary>
public sealed partial class AuthenticationFailures : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly string[] Names = ["missing", "malformed", "unknown", "wrong-secret"];

    private readonly long[] _counts = new long[Names.Length];
    private readonly long[] _logged = new long[Names.Length];
    private readonly Lock _logging = new();
    private readonly ITimer _timer;
    private readonly ILogger<AuthenticationFailures> _logger;
    private int _isPausing;

    public AuthenticationFailures(IMeterFactory meters, TimeProvider clock, ILogger<AuthenticationFailures> logger)
    {
        _logger = logger;
        _timer = clock.CreateTimer(_ => LogAndContinue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Observable, so that each reason is reported from the start, with 0.
        meters.Create(Telemetry.Name).CreateObservableCounter(
            "mes.authentication.failures",
            () => Names.Select((name, reason) => new Measurement<long>(
                Volatile.Read(ref _counts[reason]), new KeyValuePair<string, object?>("reason", name))),
            description: "Requests without a good key.");
    }

    public void Count(AuthenticationFailure reason)
    {
        Interlocked.Increment(ref _counts[(int)reason]);
        if (Interlocked.Exchange(ref _isPausing, 1) == 0)
        {
            Log();
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void LogAndContinue()
    {
        Interlocked.Exchange(ref _isPausing, 0);
        if (HasUnlogged() && Interlocked.Exchange(ref _isPausing, 1) == 0)
        {
            Log();
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private bool HasUnlogged()
    {
        lock (_logging)
        {
            return Enumerable.Range(0, Names.Length)
                .Any(reason => Volatile.Read(ref _counts[reason]) != _logged[reason]);
        }
    }

    private void Log()
    {
        lock (_logging)
        {
            var unlogged = new long[Names.Length];
            for (var reason = 0; reason < Names.Length; reason++)
            {
                var count = Volatile.Read(ref _counts[reason]);
                (unlogged[reason], _logged[reason]) = (count - _logged[reason], count);
            }

            NotAuthenticated(unlogged.Sum(), unlogged[0], unlogged[1], unlogged[2], unlogged[3]);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Count} requests without a good key: {Missing} without any, {Malformed} with what is none, "
            + "{Unknown} with an unknown or revoked one, {WrongSecret} with a wrong secret")]
    private partial void NotAuthenticated(long count, long missing, long malformed, long unknown, long wrongSecret);
}
