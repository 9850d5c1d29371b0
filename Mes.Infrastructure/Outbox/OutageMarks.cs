using System.Security.Cryptography;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Licensing;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// This instance's outage mark: set when nobody takes its changes, renewed while that lasts, removed when the cache can be used
/// again. While any instance's stands, nobody gets a licence.
/// </summary>
internal sealed partial class OutageMarks(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    Licences licences,
    TimeProvider clock,
    ILogger<OutageMarks> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = LicenceTerms.AskEvery;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    private readonly string _instance = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly SemaphoreSlim _one = new(1, 1);
    private long? _renewedAt;

    /// <summary>A mark has stood for so long that every licence given before it has run out. To be looked at after one's own row was marked.</summary>
    public async Task<bool> IsOldEnoughAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        var sql = $"SELECT * FROM outage_marks WHERE expires_at > {engine.Now()} AND set_at < {engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds)}";
        return await context.OutageMarks.FromSqlRaw(sql).AnyAsync(cancellationToken);
    }

    /// <summary>Sets the mark, or renews it. One that has lapsed starts its age anew: licences may have been given since.</summary>
    public async Task SetAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_renewedAt is { } renewed && clock.GetElapsedTime(renewed) < RenewEvery)
            {
                return;
            }

            if (_renewedAt is null)
            {
                Began();
            }

            await WriteAsync();
            _renewedAt = clock.GetTimestamp();
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
            if (_renewedAt is null)
            {
                continue;
            }

            try
            {
                if (cache.IsAnswering && licences.TryGetEpoch(cache.Connected, out _, out _))
                {
                    await RemoveAsync(stoppingToken);
                }
                else
                {
                    await SetAsync();
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception);
            }
        }
    }

    private async Task WriteAsync()
    {
        var now = engine.Now();
        var expires = engine.Now((int)LicenceTerms.OutageMark.TotalMilliseconds);
        var sql = $$"""
            INSERT INTO outage_marks (instance, set_at, expires_at) VALUES ({0}, {{now}}, {{expires}})
            ON CONFLICT (instance) DO UPDATE
            SET set_at = CASE WHEN outage_marks.expires_at <= {{now}} THEN {{now}} ELSE outage_marks.set_at END, expires_at = {{expires}}
            """;
        await using var context = await contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(sql, _instance);
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.OutageMarks.Where(mark => mark.Instance == _instance).ExecuteDeleteAsync(cancellationToken);
            _renewedAt = null;
            Ended();
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody reaches the cache; no instance answers from it until somebody does")]
    private partial void Began();

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache can be used again")]
    private partial void Ended();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outage mark could not be written; trying again")]
    private partial void Failed(Exception exception);
}
