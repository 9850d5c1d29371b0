using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Whether the database refuses changes although it answers: it is read-only after a failover, or full. This is known
/// from the service's own statements, some of which always run; it sends none for this purpose.
/// </summary>
internal sealed class DatabaseWriteState(IDatabaseEngine engine, TimeProvider clock) : DbCommandInterceptor
{
    /// <summary>A refusal that has not recurred for so long is over.</summary>
    private static readonly TimeSpan RefusalTerm = TimeSpan.FromSeconds(10);

    private volatile Refusal? _latest;

    /// <summary>Why the database refuses changes, for people; null if it does not, as far as is known.</summary>
    public string? Trouble =>
        _latest is { } refusal && clock.GetElapsedTime(refusal.At) < RefusalTerm ? refusal.Reason : null;

    /// <summary>Records that the database has committed a change.</summary>
    public void Accepted() => _latest = null;

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Failed(eventData.Exception);
        return Task.CompletedTask;
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        Failed(eventData.Exception);

    private void Failed(Exception exception)
    {
        engine.Failed(exception);
        if (engine.FindRefusal(exception) is { } reason)
        {
            _latest = new Refusal(reason, clock.GetTimestamp());
        }
    }

    private sealed record Refusal(string Reason, long At);
}
