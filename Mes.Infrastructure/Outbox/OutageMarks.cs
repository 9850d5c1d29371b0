using System.Globalization;
using System.Security.Cryptography;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Licensing;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// This instance's outage marks, one for a cell: set when nobody takes its changes, renewed while that lasts, removed when the cell
/// can be used again. While any instance's stands, nobody gets a licence for that cell.
/// </summary>
internal sealed partial class OutageMarks(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    Licences licences,
    Cells cells,
    TimeProvider clock,
    ILogger<OutageMarks> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = LicenceTerms.AskEvery;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    private readonly string _instance = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly long?[] _renewedAt = new long?[cells.Count];

    /// <summary>A mark has stood for so long that every licence given before it has run out. To be looked at after one's own row was marked.</summary>
    public async Task<bool> IsOldEnoughAsync(MesDbContext context, int cell, CancellationToken cancellationToken)
    {
        // One of an instance with another number of cells is left out: it may lapse when that instance learns better.
        var sql = $$"""
            SELECT * FROM outage_marks
            WHERE expires_at > {{engine.Now()}} AND set_at < {{engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds)}}
              AND (cells = 0 OR (cells = {{cells.Count}} AND cell = {0}))
            """;
        return await context.OutageMarks.FromSqlRaw(sql, cell).AnyAsync(cancellationToken);
    }

    /// <summary>Sets the mark, or renews it. One that has lapsed starts its age anew: licences may have been given since.</summary>
    public async Task SetAsync(int cell)
    {
        await _one.WaitAsync();
        try
        {
            if (_renewedAt[cell] is { } renewed && clock.GetElapsedTime(renewed) < RenewEvery)
            {
                return;
            }

            if (_renewedAt[cell] is null)
            {
                Began(cell);
            }

            await WriteAsync(cell);
            _renewedAt[cell] = clock.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            for (var cell = 0; cell < cells.Count; cell++)
            {
                if (_renewedAt[cell] is not null)
                {
                    await LookAfterAsync(cell, stoppingToken);
                }
            }
        }
    }

    private async Task LookAfterAsync(int cell, CancellationToken stoppingToken)
    {
        try
        {
            if (cache.IsAnswering(cell) && licences.TryGetEpoch(cell, cache.Connected(cell), out _, out _))
            {
                await RemoveAsync(cell, stoppingToken);
            }
            else
            {
                await SetAsync(cell);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failed(DatabaseTrouble.Explain(exception));
        }
    }

    private string NameFor(int cell) => string.Create(CultureInfo.InvariantCulture, $"{_instance}-{cell}");

    private async Task WriteAsync(int cell)
    {
        var now = engine.Now();
        var expires = engine.Now((int)LicenceTerms.OutageMark.TotalMilliseconds);
        var sql = $$"""
            INSERT INTO outage_marks (instance, cell, cells, set_at, expires_at) VALUES ({0}, {1}, {2}, {{now}}, {{expires}})
            ON CONFLICT (instance) DO UPDATE
            SET set_at = CASE WHEN outage_marks.expires_at <= {{now}} THEN {{now}} ELSE outage_marks.set_at END, expires_at = {{expires}}
            """;
        await using var context = await contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(sql, NameFor(cell), cell, cells.Count);
    }

    private async Task RemoveAsync(int cell, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var name = NameFor(cell);
            await context.OutageMarks.Where(mark => mark.Instance == name).ExecuteDeleteAsync(cancellationToken);
            _renewedAt[cell] = null;
            Ended(cell);
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody reaches the cache (cell {Cell}); no instance answers from it until somebody does")]
    private partial void Began(int cell);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache (cell {Cell}) can be used again")]
    private partial void Ended(int cell);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outage mark could not be written; trying again ({Trouble})")]
    private partial void Failed(string trouble);
}
