using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// Checks a promise with a time limit that a busy machine may exceed. It makes several attempts: a stall spoils one of
/// them, a broken promise spoils all.
/// </summary>
internal static class Promptly
{
    private const int Attempts = 5;

    /// <param name="limit">In <see cref="ProcessTime"/>.</param>
    /// <param name="what">Completes the sentence "expected within … that …".</param>
    /// <param name="attempt">
    /// Returns how long it took. An attempt may be slow, but an exception in it fails the test at once.
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

    /// <returns>The duration in <see cref="ProcessTime"/>.</returns>
    public static async Task<TimeSpan> TimeOf(Func<Task> action)
    {
        var start = ProcessTime.Now;
        await action();
        return ProcessTime.Now - start;
    }
}
