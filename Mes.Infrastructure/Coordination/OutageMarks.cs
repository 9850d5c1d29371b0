using System.Security.Cryptography;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// This instance's outage marks, one for a cell: set when nobody takes its changes, renewed while that lasts, removed when the cell
/// can be used again. While any instance's stands, nobody gets a licence for that cell. No clock but the instances' own monotonic ones
/// decides anything: whoever set a mark confirms it when it has stood for long enough, and whoever sees one that is not renewed any more
/// removes it.
/// </summary>
internal sealed partial class OutageMarks(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    Licences licences,
    LicencePoll poll,
    Cells cells,
    TimeProvider clock,
    ILogger<OutageMarks> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = LicenceTerms.PollInterval;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Mark?[] _marks = new Mark?[cells.Count];

    /// <summary>Of anybody's marks, by name, while some stand: what it looked like, and when it was first seen to.</summary>
    private Dictionary<string, (OutageMark Mark, long Since)> _seen = [];

    /// <summary>
    /// A confirmed mark stands: every licence given before it has run out, and none is given while it is there. To be looked at after
    /// one's own row was marked, which is left out of the licences that are given when it is gone.
    /// </summary>
    public async Task<bool> IsConfirmedAsync(MesDbContext context, int cell, CancellationToken cancellationToken)
    {
        // One of an instance with another number of cells is left out: it is removed when that instance learns better. To an instance of
        // a version that goes by the time, one that has lapsed is gone though it is still there.
        var sql = $$"""
            SELECT * FROM outage_marks
            WHERE confirmed AND expires_at > {{engine.Now()}} AND (cells = 0 OR (cells = {{cells.Count}} AND cell = {0}))
            """;
        return await context.OutageMarks.FromSqlRaw(sql, cell).AnyAsync(cancellationToken);
    }

    /// <summary>Sets the mark, or renews it.</summary>
    public async Task SetAsync(int cell)
    {
        await _one.WaitAsync();
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
            _one.Release();
        }
    }

    /// <summary>Looks after this instance's marks, and after those of instances that may have died.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        for (var cell = 0; cell < cells.Count; cell++)
        {
            if (_marks[cell] is null)
            {
                continue;
            }

            // That something was answered is not enough: whoever sees reads answered and writes refused would set and remove it in turns.
            if (cache.HasRecovered(cell) && licences.TryFindEpoch(cell, cache.Connected(cell), out _, out _) && await cache.CanWriteAsync(cell))
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
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await MaintainAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(DatabaseTrouble.Explain(exception));
            }
        }
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

        // Whether it stood all the while shows in that it still does: nobody makes another of this name.
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
            // Somebody took this instance for dead, and licences may have been given since: another mark, whose age starts anew.
            mark.StandsSince = null;
            mark.IsConfirmed = false;
            await InsertAsync(mark);
            await context.OutageMarks.Where(row => mark.Names.Contains(row.Instance) && row.Instance != mark.Name).ExecuteDeleteAsync();
        }
    }

    private async Task InsertAsync(Mark mark)
    {
        mark.Rename();
        var insert = $$"""
            INSERT INTO outage_marks (instance, cell, cells, set_at, expires_at) VALUES ({0}, {1}, {2}, {{engine.Now()}}, {{Expires}})
            """;
        await using var context = await contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(insert, mark.Name, mark.Cell, cells.Count);

        // From the answer on: it stood no later than that.
        mark.StandsSince = mark.RenewedAt = clock.GetTimestamp();
    }

    private async Task RemoveAsync(int cell, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_marks[cell] is not { } mark)
            {
                return;
            }

            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.OutageMarks.Where(row => mark.Names.Contains(row.Instance)).ExecuteDeleteAsync(cancellationToken);
            _marks[cell] = null;
            Ended(cell);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// A mark that has not changed for so long is not renewed any more. It is removed just as it was seen, so never one that was renewed
    /// since; and should its instance live after all, it finds it gone.
    /// </summary>
    private async Task RemoveAbandonedAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var asked = clock.GetTimestamp();
        var seen = new Dictionary<string, (OutageMark Mark, long Since)>();
        foreach (var mark in await context.OutageMarks.AsNoTracking().ToListAsync(cancellationToken))
        {
            // An instance of a version that knows no beat moves the time on.
            var isTheSame = _seen.TryGetValue(mark.Instance, out var before) && before.Mark.Beat == mark.Beat && before.Mark.ExpiresAt == mark.ExpiresAt;
            if (!isTheSame || clock.GetElapsedTime(before.Since, asked) < LicenceTerms.OutageMarkLifetime)
            {
                seen[mark.Instance] = isTheSame ? before : (mark, clock.GetTimestamp());
            }
            else if (await context.OutageMarks
                .Where(row => row.Instance == mark.Instance && row.Beat == mark.Beat && row.ExpiresAt == mark.ExpiresAt)
                .ExecuteDeleteAsync(cancellationToken) == 1)
            {
                Abandoned(mark.Cell, LicenceTerms.OutageMarkLifetime.TotalSeconds);
            }
        }

        _seen = seen;
    }

    private string Expires => engine.Now((int)LicenceTerms.OutageMarkLifetime.TotalMilliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody reaches the cache (cell {Cell}); no instance answers from it until somebody does")]
    private partial void Began(int cell);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache (cell {Cell}) can be used again")]
    private partial void Ended(int cell);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An outage mark (cell {Cell}) was not renewed for {Seconds} s; it is removed, for its instance may have died")]
    private partial void Abandoned(int cell, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outage marks could not be looked after; trying again ({Trouble})")]
    private partial void Failed(string trouble);

    private sealed class Mark(int cell)
    {
        private readonly List<string> _names = [];

        public int Cell => cell;

        /// <summary>Also of those that may have been written although no answer came, or that were taken for dead.</summary>
        public IReadOnlyList<string> Names => _names;

        public string Name => _names[^1];

        /// <summary>Null while it is not known to stand.</summary>
        public long? StandsSince { get; set; }

        public long RenewedAt { get; set; }

        public bool IsConfirmed { get; set; }

        public void Rename() => _names.Add(RandomNumberGenerator.GetHexString(16, lowercase: true));
    }
}
