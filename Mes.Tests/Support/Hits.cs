using Mes.Application.Caching;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// Answers that have to come from the cache. An instance that the machine has kept from asking for its licence, or from
/// hearing Redis in time, passes the cache by for a moment; that says nothing about what is in it, so it is asked
/// again, with a limit. What the cache then says stands at once: an old version as a hit, or a miss where nothing was
/// lost, is a broken promise.
/// </summary>
internal static class Hits
{
    /// <summary>In <see cref="ProcessTime"/>.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the cache has taken part: a hit or a miss, and nothing unverified.</summary>
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

    /// <summary>A hit as soon as the cache takes part: nothing has been lost. A miss fails.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<(T Answer, CacheReport Report)>> ask, string what)
    {
        var (answer, report) = await AskAsync(ask, what);
        Assert.That(report.Outcome, Is.EqualTo(CacheOutcome.Hit), what);
        return answer;
    }

    /// <summary>A hit in the end: something was lost, and being asked for has it come back.</summary>
    /// <param name="look">
    /// Looks at every answer that is told on the way, wherever it comes from: none may be old.
    /// </param>
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
