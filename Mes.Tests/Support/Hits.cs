using Mes.Application.Caching;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// Reads that the cache must answer. On a busy machine an instance may miss the renewal of its licence, or not hear
/// from Redis in time. It then bypasses the cache for a moment, which says nothing about the cache's contents, so these
/// methods repeat the read within a limit. The first answer from the cache counts: an old version as a hit, or a miss
/// where nothing was lost, is a broken promise.
/// </summary>
internal static class Hits
{
    /// <summary>In <see cref="ProcessTime"/>.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Repeats the read until it is a hit or a miss, and not unverified.</summary>
    public static async Task<(T Answer, CacheReport Report)> AskAsync<T>(
        Func<Task<(T Answer, CacheReport Report)>> ask, string what)
    {
        (T Answer, CacheReport Report) told = default;
        try
        {
            await Eventually.IsTrue(
                async () => (told = await ask()).Report is
                {
                    Outcome: CacheOutcome.Hit or CacheOutcome.Miss,
                    IsUnverified: false
                },
                Limit,
                $"{what} is not answered past the cache");
        }
        catch (AssertionException exception) when (told.Report is { } report)
        {
            throw new AssertionException(
                $"{exception.Message}: {report.Outcome} {report.Detail}{(report.IsUnverified ? " unverified" : "")}",
                    exception);
        }

        return told;
    }

    /// <summary>Expects a hit as soon as the cache takes part, because nothing was lost. A miss fails.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<(T Answer, CacheReport Report)>> ask, string what)
    {
        var (answer, report) = await AskAsync(ask, what);
        Assert.That(report.Outcome, Is.EqualTo(CacheOutcome.Hit), what);
        return answer;
    }

    /// <summary>Expects a hit in the end. Something was lost, and the reads bring it back.</summary>
    /// <param name="look">Receives every answer on the way, whatever its source: none may be old.</param>
    public static async Task<T> ComeBackAsync<T>(
        Func<Task<(T Answer, CacheReport Report)>> ask, string what, Action<T, CacheReport>? look = null)
    {
        (T Answer, CacheReport Report) told = default;
        await Eventually.IsTrue(
            async () =>
            {
                told = await ask();
                look?.Invoke(told.Answer, told.Report);
                return told.Report is { Outcome: CacheOutcome.Hit, IsUnverified: false };
            },
            Limit,
            $"{what} is a hit");
        return told.Answer;
    }
}
