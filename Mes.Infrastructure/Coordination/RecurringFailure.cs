using System.Data.Common;
using Mes.Application.Persistence;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Logs that something fails which is done again and again in the background: one line when it begins to, one for each
/// other kind of trouble that has a name, and one when it works again. How long an outage lasts is told by the health
/// check and the metrics. There is no stack trace where the database or the cache does not do its part; a fault of the
/// service's own has it. May be used by several threads.
/// </summary>
/// <param name="work">Begins the sentence "… fails": <c>Relaying the outbox</c>.</param>
internal sealed partial class RecurringFailure(string work, ILogger logger)
{
    private readonly HashSet<string> _told = [];

    public void Failed(Exception exception)
    {
        var isOutage = IsOutage(exception);
        var kind = isOutage ? DatabaseTrouble.Name(exception) ?? string.Empty : exception.GetType().Name;
        lock (_told)
        {
            if (!_told.Add(kind))
            {
                return;
            }
        }

        if (isOutage)
        {
            Fails(work, DatabaseTrouble.Explain(exception));
        }
        else
        {
            IsAtFault(work, exception);
        }
    }

    public void Worked()
    {
        lock (_told)
        {
            if (_told.Count == 0)
            {
                return;
            }

            _told.Clear();
        }

        WorksAgain(work);
    }

    private static bool IsOutage(Exception exception) =>
        exception.Find<DbException>() is not null
        || exception.Find<TimeoutException>() is not null
        || exception.Find<RedisException>() is not null
        || exception.Find<DependencyUnavailableException>() is not null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} fails; it is tried again ({Trouble})")]
    private partial void Fails(string work, string trouble);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} fails; it is tried again")]
    private partial void IsAtFault(string work, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Work} works again")]
    private partial void WorksAgain(string work);
}
