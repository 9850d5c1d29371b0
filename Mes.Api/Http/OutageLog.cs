namespace Mes.Api.Http;

/// <summary>
/// Logs requests that failed because the database is unavailable: each cause once, and at the end of the outage how
/// many requests failed. A thousand callers that poll for an hour cause two lines.
/// </summary>
internal sealed partial class OutageLog : IDisposable
{
    /// <summary>An outage is over when no request has been refused for this long.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private const int MaxReasons = 5;

    private readonly Func<bool> _isAway;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutageLog> _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _reasons = [];
    private long _refused;
    private long _latest;

    /// <param name="isAway">Whether the database is known to be unavailable.</param>
    public OutageLog(Func<bool> isAway, TimeProvider clock, ILogger<OutageLog> logger)
    {
        (_isAway, _clock, _logger) = (isAway, clock, logger);
        _timer = clock.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="exception">Why the request failed.</param>
    /// <param name="explain">Explains the exception in one line.</param>
    public void Refused(Exception exception, Func<Exception, string> explain)
    {
        lock (_lock)
        {
            if (_refused++ == 0)
            {
                _timer.Change(Quiet, Quiet);
            }

            _latest = _clock.GetTimestamp();
            if (_reasons.Count < MaxReasons && _reasons.Add(Kind(exception)))
            {
                Unavailable(explain(exception));
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Without the message, which may differ each time.</summary>
    private static string Kind(Exception exception)
    {
        var cause = exception.GetBaseException();
        return $"{cause.GetType().Name} {(cause as System.Data.Common.DbException)?.SqlState}";
    }

    private void Check()
    {
        lock (_lock)
        {
            if (_refused == 0 || _clock.GetElapsedTime(_latest) < Quiet || _isAway())
            {
                return;
            }

            Over(_refused);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _refused = 0;
            _reasons.Clear();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Requests get 503 because the database is unavailable: {Trouble}")]
    private partial void Unavailable(string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is available again; {Refused} requests got 503")]
    private partial void Over(long refused);
}
