using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>Waits for what is bound to happen, instead of sleeping for luck.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Asks until the answer is yes, and fails the test when it has not been by <paramref name="limit"/>,
    /// be it that the answer stays no or that it does not come. An exception of the condition is passed on at once.
    /// </summary>
    /// <param name="limit">
    /// In <see cref="ProcessTime"/>: while this process is kept from running, it does not run out.
    /// </param>
    /// <param name="because">Ends the sentence "expected within … that …".</param>
    public static async Task IsTrue(Func<Task<bool>> condition, TimeSpan limit, string because)
    {
        if (!await HoldsWithin(condition, limit))
        {
            throw new AssertionException($"expected within {limit.TotalSeconds:0.###} s that {because}");
        }
    }

    /// <inheritdoc cref="IsTrue(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task IsTrue(Func<bool> condition, TimeSpan limit, string because) =>
        IsTrue(() => Task.FromResult(condition()), limit, because);

    private static async Task<bool> HoldsWithin(Func<Task<bool>> condition, TimeSpan limit)
    {
        var end = ProcessTime.Now + limit;
        while (true)
        {
            var answer = condition();
            while (!answer.IsCompleted)
            {
                if (ProcessTime.Now >= end)
                {
                    return false;
                }

                await Task.WhenAny(answer, Task.Delay(Interval));
            }

            if (await answer)
            {
                return true;
            }

            if (ProcessTime.Now >= end)
            {
                return false;
            }

            await Task.Delay(Interval);
        }
    }
}
