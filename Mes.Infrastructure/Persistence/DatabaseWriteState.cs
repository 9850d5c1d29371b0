using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Whether the database, though it answers, refuses changes: read-only after a failover, or full. Known from the service's own statements,
/// of which some are always under way: nothing is asked for it.
/// </summary>
internal sealed class DatabaseWriteState(IDatabaseEngine engine, TimeProvider clock) : DbCommandInterceptor
{
    /// <summary>A refusal that nothing has confirmed for so long is over.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private volatile Refusal? _latest;

    /// <summary>Why changes are refused, in words for people; null when they are not, as far as is known.</summary>
    public string? Trouble => _latest is { } refusal && clock.GetElapsedTime(refusal.At) < Remembered ? refusal.Why : null;

    /// <summary>A change was taken.</summary>
    public void Accepted() => _latest = null;

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Failed(eventData.Exception);
        return Task.CompletedTask;
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Failed(eventData.Exception);

    private void Failed(Exception exception)
    {
        engine.Failed(exception);
        if (engine.FindRefusal(exception) is { } why)
        {
            _latest = new Refusal(why, clock.GetTimestamp());
        }
    }

    private sealed record Refusal(string Why, long At);
}
