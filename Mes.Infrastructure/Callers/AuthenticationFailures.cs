using System.Diagnostics.Metrics;
using Mes.Application;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Callers;

/// <summary>Counts who was not let in: each in a metric, and at most once a second all of them together in the log.</summary>
public sealed partial class AuthenticationFailures : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly string[] Names = ["missing", "malformed", "unknown", "wrong-secret"];

    private readonly long[] _counts = new long[Names.Length];
    private readonly long[] _told = new long[Names.Length];
    private readonly Lock _telling = new();
    private readonly ITimer _timer;
    private readonly ILogger<AuthenticationFailures> _logger;
    private int _isSilent;

    public AuthenticationFailures(IMeterFactory meters, TimeProvider clock, ILogger<AuthenticationFailures> logger)
    {
        _logger = logger;
        _timer = clock.CreateTimer(_ => TellAndGoOn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Observed, so that each reason is there from the start, with 0.
        meters.Create(Telemetry.Name).CreateObservableCounter(
            "mes.authentication.failures",
            () => Names.Select((name, reason) => new Measurement<long>(Volatile.Read(ref _counts[reason]), new KeyValuePair<string, object?>("reason", name))),
            description: "Requests without a good key.");
    }

    public void Count(AuthenticationFailure reason)
    {
        Interlocked.Increment(ref _counts[(int)reason]);
        if (Interlocked.Exchange(ref _isSilent, 1) == 0)
        {
            Tell();
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void TellAndGoOn()
    {
        Interlocked.Exchange(ref _isSilent, 0);
        if (HasNews() && Interlocked.Exchange(ref _isSilent, 1) == 0)
        {
            Tell();
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private bool HasNews()
    {
        lock (_telling)
        {
            return Enumerable.Range(0, Names.Length).Any(reason => Volatile.Read(ref _counts[reason]) != _told[reason]);
        }
    }

    private void Tell()
    {
        lock (_telling)
        {
            var news = new long[Names.Length];
            for (var reason = 0; reason < Names.Length; reason++)
            {
                var count = Volatile.Read(ref _counts[reason]);
                (news[reason], _told[reason]) = (count - _told[reason], count);
            }

            NotLetIn(news.Sum(), news[0], news[1], news[2], news[3]);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Count} requests without a good key: {Missing} without any, {Malformed} with what is none, {Unknown} with an unknown or revoked one, {WrongSecret} with a wrong secret")]
    private partial void NotLetIn(long count, long missing, long malformed, long unknown, long wrongSecret);
}
