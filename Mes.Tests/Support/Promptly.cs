using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// What is promised within a time that a busy machine may well exceed. It is tried several times: a machine that stands
/// still spoils one attempt, a promise that is broken spoils all.
/// </summary>
internal static class Promptly
{
    private const int Attempts = 5;

    /// <param name="limit">In <see cref="ProcessTime"/>.</param>
    /// <param name="what">Ends the sentence "expected within … that …".</param>
    /// <param name="attempt">
    /// What fails in it fails the test at once; only that it took long is forgiven. Returns how long.
    /// </param>
    public static async Task Happens(TimeSpan limit, string what, Func<Task<TimeSpan>> attempt)
    {
        List<TimeSpan> times = [];
        while (times.Count < Attempts)
        {
            times.Add(await attempt());
            if (times[^1] < limit)
            {
                return;
            }
        }

        throw new AssertionException(
            $"expected within {limit.TotalSeconds:0.###} s that {what}; it took {string.Join(", ", times.Select(time => $"{time.TotalSeconds:0.###}"))} s");
    }

    /// <returns>How long it took, in <see cref="ProcessTime"/>.</returns>
    public static async Task<TimeSpan> TimeOf(Func<Task> action)
    {
        var start = ProcessTime.Now;
        await action();
        return ProcessTime.Now - start;
    }
}
