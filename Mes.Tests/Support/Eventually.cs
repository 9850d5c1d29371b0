using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>Waits for a condition that must come true, instead of sleeping for a fixed time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Checks the condition until it is true. Fails the test if it is still false, or has not returned, after
    /// <paramref name="limit"/>. Passes an exception of the condition on at once.
    /// </summary>
    /// <param name="limit">In <see cref="ProcessTime"/>, so it does not run out while this process cannot run.</param>
    /// <param name="because">Completes the sentence "expected within … that …".</param>
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
