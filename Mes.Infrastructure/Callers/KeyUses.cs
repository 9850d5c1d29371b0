using System.Collections.Concurrent;
using System.Globalization;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Callers;

/// <summary>
/// Records when each key was last used: requests note it in memory, and twice a minute one statement writes what is
/// new. The time is that of the database's clock, less the time that has passed since, so no other clock matters.
/// </summary>
internal sealed class KeyUses(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    DatabaseTime time,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<KeyUses> logger)
    : BackgroundService
{
    /// <summary>With the whole minute that is told, a use shows after at most a minute and a half.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int Portion = 500;

    private readonly ConcurrentDictionary<string, KeyUse> _uses = new(StringComparer.Ordinal);
    private readonly RecurringFailure _failure = new("Recording the use of keys", logger);

    /// <summary>The one that all versions of the table of keys share.</summary>
    public KeyUse Of(string keyId) => _uses.GetOrAdd(keyId, _ => new KeyUse());

    /// <summary>Writes the uses that are not recorded yet.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        // In the order of the ids, so that two instances never wait for each other's rows.
        var unrecorded = _uses
            .Select(use => (Id: use.Key, Use: use.Value, Last: use.Value.FindUnrecorded()))
            .Where(use => use.Last is not null)
            .OrderBy(use => use.Id, StringComparer.Ordinal);
        foreach (var portion in unrecorded.Chunk(Portion))
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var now = await time.ReadAsync(context, cancellationToken);
            await context.Database.ExecuteSqlRawAsync(
                Sql(portion.Length),
                portion.SelectMany(use => new[]
                {
                    use.Id, engine.ToColumn(MinuteOf(now - clock.GetElapsedTime(use.Last!.Value))),
                }),
                cancellationToken);
            foreach (var use in portion)
            {
                use.Use.Recorded(use.Last!.Value);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRecordAsync(stoppingToken);
            }
        }
        finally
        {
            // The last uses before the instance stops.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await TryRecordAsync(limit.Token);
        }
    }

    private static DateTimeOffset MinuteOf(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <summary>
    /// A later time stands, unless it is in the future: then the database's clock has been set back meanwhile.
    /// </summary>
    private string Sql(int count)
    {
        var rows = string.Join(", ", Enumerable.Range(0, count).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"({{{2 * i}}}, {{{(2 * i) + 1}}})")));
        return $"""
            INSERT INTO api_key_uses (key_id, last_used_at) VALUES {rows}
            ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
            WHERE excluded.last_used_at > api_key_uses.last_used_at OR api_key_uses.last_used_at > {engine.Now()}
            """;
    }

    private async Task TryRecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RecordAsync(cancellationToken);
            _failure.Worked();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _failure.Failed(exception);
        }
    }
}
