namespace Mes.Api.Http;

/// <summary>
/// Logs requests that could not be served for want of the database: what is wrong when the first one fails, once for each thing
/// that is wrong, and how many they were when it is over. A thousand callers that poll an hour long are two lines.
/// </summary>
internal sealed partial class OutageLog : IDisposable
{
    /// <summary>So long nobody must have been refused before an outage counts as over.</summary>
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

    /// <param name="isAway">Whether the database is known to be away.</param>
    public OutageLog(Func<bool> isAway, TimeProvider clock, ILogger<OutageLog> logger)
    {
        (_isAway, _clock, _logger) = (isAway, clock, logger);
        _timer = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="exception">Why the request failed.</param>
    /// <param name="explain">Says it in one line.</param>
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

    /// <summary>Not the message, which may differ each time.</summary>
    private static string Kind(Exception exception)
    {
        var cause = exception.GetBaseException();
        return $"{cause.GetType().Name} {(cause as System.Data.Common.DbException)?.SqlState}";
    }

    private void Look()
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests are answered 503, for the database does not do its part: {Trouble}")]
    private partial void Unavailable(string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does its part again; {Refused} requests were answered 503")]
    private partial void Over(long refused);
}
