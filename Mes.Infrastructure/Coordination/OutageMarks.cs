using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// This instance's outage marks, one for each cell. The instance sets a mark when no instance can put its changes into
/// the cell, renews it while that lasts, and removes it when the cell can be used again. While any instance's mark
/// stands, no instance gets a licence for the cell. Only the instances' own monotonic clocks decide: the instance that
/// set a mark confirms it once it has stood for long enough, and any instance removes a mark that is no longer renewed.
/// </summary>
internal sealed partial class OutageMarks(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    KeySpace keys,
    LicencePoll poll,
    Cells cells,
    TimeProvider clock,
    ILogger<OutageMarks> logger)
    : BackgroundService
{
    private static readonly TimeSpan MaintainEvery = LicenceTerms.PollInterval;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    private readonly RecurringFailure _failure = new("Maintaining the outage marks", logger);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Mark?[] _marks = new Mark?[cells.Count];

    /// <summary>
    /// The marks of all instances, by name, as they were last seen, and when each was first seen like that.
    /// </summary>
    private Dictionary<string, (OutageMark Mark, long Since)> _seen = [];

    private string Expires => engine.Now((int)LicenceTerms.OutageMarkLifetime.TotalMilliseconds);

    /// <summary>
    /// Whether a confirmed mark stands for the cell. Then every licence from before it has expired, and no instance
    /// gets one while it stands. Call this after the caller's own row was marked overdue: licences that are granted
    /// once the outage mark is gone exclude that row.
    /// </summary>
    public async Task<bool> IsConfirmedAsync(MesDbContext context, int cell, CancellationToken cancellationToken)
    {
        var sql = $$"""SELECT * FROM outage_marks AS m WHERE {{Confirmed("{0}")}}""";
        return await context.OutageMarks.FromSqlRaw(sql, cell).AnyAsync(cancellationToken);
    }

    /// <summary>
    /// SQL for the condition that a row <c>m</c> of the outage marks is confirmed and stands for a cell.
    /// </summary>
    /// <param name="cell">SQL for the cell's number.</param>
    /// <inheritdoc cref="IsConfirmedAsync"/>
    public string Confirmed(string cell) =>
        // A mark of an instance with another number of cells does not count: that instance removes it when it sees the
        // new number. Nor does a lapsed mark: versions that go by the database's clock ignore it though it still
        // stands.
        $"m.confirmed AND m.expires_at > {engine.Now()}"
            + $" AND (m.cells = 0 OR (m.cells = {cells.Count} AND m.cell = {cell}))";

    /// <summary>Sets or renews this instance's mark for a cell.</summary>
    public async Task SetAsync(int cell)
    {
        await _changing.WaitAsync();
        try
        {
            if (_marks[cell] is { } mark)
            {
                await RenewAsync(mark);
            }
            else
            {
                Began(cell);
                mark = new Mark(cell);
                _marks[cell] = mark;
                await InsertAsync(mark);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Renews or removes this instance's marks, and removes those of instances that may have died.
    /// </summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        for (var cell = 0; cell < cells.Count; cell++)
        {
            if (_marks[cell] is null)
            {
                continue;
            }

            if (await IsOverAsync(cell, cancellationToken))
            {
                await RemoveAsync(cell, cancellationToken);
            }
            else
            {
                await SetAsync(cell);
            }
        }

        if (poll.Latest is { } latest && latest.Cells.Any(cell => cell.IsOutage))
        {
            await RemoveAbandonedAsync(cancellationToken);
        }
        else
        {
            _seen.Clear();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(MaintainEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await MaintainAsync(stoppingToken);
                _failure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _failure.Failed(exception);
            }
        }
    }

    /// <summary>Whether the changes of this instance can be put again.</summary>
    private async Task<bool> IsOverAsync(int cell, CancellationToken cancellationToken)
    {
        if (keys.TryGetEpoch(cell, out _, out var objection))
        {
            // An answered read is not enough: if Redis answers reads and refuses writes, the mark would come and go.
            return cache.HasRecovered(cell) && await cache.CanWriteAsync(cell);
        }

        // An instance of another version will not use this cell again, and a mark that waited for that would keep all
        // others from it. Peers put its changes; whether they can shows in what is left.
        return (objection == BypassReason.OtherLayout || objection == BypassReason.OtherCells)
            && !await IsChangeLeftAsync(cell, cancellationToken);
    }

    /// <summary>Whether a change of the cell has waited for so long that no relay seems to put it.</summary>
    private async Task<bool> IsChangeLeftAsync(int cell, CancellationToken cancellationToken)
    {
        var before = engine.Now(-(int)LicenceTerms.Term.TotalMilliseconds);
        var sql = $$"""SELECT * FROM outbox WHERE cell = {0} AND overdue_at <= (SELECT {{before}})""";
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Outbox.FromSqlRaw(sql, cell).AnyAsync(cancellationToken);
    }

    private async Task RenewAsync(Mark mark)
    {
        if (mark.StandsSince is not { } since)
        {
            await InsertAsync(mark);
            return;
        }

        var isOld = clock.GetElapsedTime(since) >= LicenceTerms.AllExpired;
        if (mark.IsConfirmed == isOld && clock.GetElapsedTime(mark.RenewedAt) < RenewEvery)
        {
            return;
        }

        // A mark that still stands has stood without a break: no other mark ever gets the same name.
        var renew = $$"""
            UPDATE outage_marks SET beat = beat + 1, confirmed = {1}, expires_at = {{Expires}}
            WHERE instance = {0} AND expires_at > {{engine.Now()}}
            """;
        await using var context = await contexts.CreateDbContextAsync();
        if (await context.Database.ExecuteSqlRawAsync(renew, mark.Name, isOld) == 1)
        {
            mark.RenewedAt = clock.GetTimestamp();
            mark.IsConfirmed = isOld;
        }
        else
        {
            // Another instance took this one for dead, and licences may have been granted since. So this instance sets
            // a new mark, whose age starts at zero.
            mark.StandsSince = null;
            mark.IsConfirmed = false;
            await InsertAsync(mark);
            await context.OutageMarks
                .Where(row => mark.Names.Contains(row.Instance) && row.Instance != mark.Name)
                .ExecuteDeleteAsync();
        }
    }

    private async Task InsertAsync(Mark mark)
    {
        mark.Rename();
        var insert = $$"""
            INSERT INTO outage_marks (instance, cell, cells, set_at, expires_at)
            VALUES ({0}, {1}, {2}, {{engine.Now()}}, {{Expires}})
            """;
        await using var context = await contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(insert, mark.Name, mark.Cell, cells.Count);

        // Counted from the reply: the mark has stood at least since then.
        mark.StandsSince = mark.RenewedAt = clock.GetTimestamp();
    }

    private async Task RemoveAsync(int cell, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_marks[cell] is not { } mark)
            {
                return;
            }

            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.OutageMarks
                .Where(row => mark.Names.Contains(row.Instance))
                .ExecuteDeleteAsync(cancellationToken);
            _marks[cell] = null;
            Ended(cell);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Removes marks that have not changed for too long. The statement names the mark exactly as it was seen, so it
    /// never removes one that was renewed since. If the mark's instance lives after all, it finds the mark gone.
    /// </summary>
    private async Task RemoveAbandonedAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var asked = clock.GetTimestamp();
        var seen = new Dictionary<string, (OutageMark Mark, long Since)>();
        foreach (var mark in await context.OutageMarks.AsNoTracking().ToListAsync(cancellationToken))
        {
            // An instance of a version that knows no beat moves the expiry instead.
            var isTheSame = _seen.TryGetValue(mark.Instance, out var before)
                && before.Mark.Beat == mark.Beat
                && before.Mark.ExpiresAt == mark.ExpiresAt;
            if (!isTheSame || clock.GetElapsedTime(before.Since, asked) < LicenceTerms.OutageMarkLifetime)
            {
                seen[mark.Instance] = isTheSame ? before : (mark, clock.GetTimestamp());
            }
            else if (await context.OutageMarks
                .Where(row => row.Instance == mark.Instance
                    && row.Beat == mark.Beat
                    && row.ExpiresAt == mark.ExpiresAt)
                .ExecuteDeleteAsync(cancellationToken) == 1)
            {
                Abandoned(mark.Cell, LicenceTerms.OutageMarkLifetime.TotalSeconds);
            }
        }

        _seen = seen;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "No instance can write to the cache (cell {Cell}); none answers from it until one can again")]
    private partial void Began(int cell);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache (cell {Cell}) can be used again")]
    private partial void Ended(int cell);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "An outage mark (cell {Cell}) was not renewed for {Seconds} s; it is removed: " +
            "its instance may have died")]
    private partial void Abandoned(int cell, double seconds);

    /// <summary>A mark of this instance for one cell, under changing names.</summary>
    private sealed class Mark(int cell)
    {
        private readonly List<string> _names = [];

        public int Cell => cell;

        /// <summary>
        /// All names so far: an earlier one may still stand if the reply to its statement was lost.
        /// </summary>
        public IReadOnlyList<string> Names => _names;

        public string Name => _names[^1];

        /// <summary>When the mark was last known not to be older; null while it is not known to stand.</summary>
        public long? StandsSince { get; set; }

        public long RenewedAt { get; set; }

        public bool IsConfirmed { get; set; }

        public void Rename() => _names.Add(RandomNumberGenerator.GetHexString(16, lowercase: true));
    }
}
