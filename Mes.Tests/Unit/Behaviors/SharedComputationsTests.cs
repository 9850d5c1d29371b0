using System.Collections;
using System.Reflection;
using Mes.Application.Behaviors;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedComputationsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SharedComputations _computations = new(Limit);

    [Test]
    public async Task The_first_does_not_wait_and_is_told_so_and_the_next_is_told_that_it_had_to()
    {
        var end = new TaskCompletionSource<bool>();
        var first = _computations.RunAsync(
            "a",
            async hadToWait =>
            {
                await end.Task;
                return hadToWait;
            },
            CancellationToken.None);
        var second = _computations.RunAsync("a", Task.FromResult, CancellationToken.None);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));

        end.SetResult(true);

        Assert.That((await first.WaitAsync(Limit), await second.WaitAsync(Limit)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Unused_keys_are_removed_even_if_the_computation_failed_or_its_callers_have_left()
    {
        using var leaves = new CancellationTokenSource();
        var end = new TaskCompletionSource<int>();
        var left = _computations.RunAsync("left", _ => end.Task, leaves.Token);
        await leaves.CancelAsync();
        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Keys, Has.Count.EqualTo(1), "it is still running");
        end.SetException(new TimeoutException());
        Assert.That(
            async () => await _computations.RunAsync(
                "failed", _ => Task.FromException<int>(new TimeoutException()), CancellationToken.None),
            Throws.InstanceOf<TimeoutException>());
        await _computations.RunAsync("done", _ => Task.FromResult(1), CancellationToken.None);

        Assert.That(() => Keys, Is.Empty.After((int)Limit.TotalMilliseconds, 5));
    }

    [Test]
    public async Task Among_many_one_at_a_time_runs_per_key()
    {
        string[] keys = ["a", "b", "c"];
        var inside = keys.ToDictionary(key => key, _ => 0);
        var most = 0;

        async Task AskAsync(int who)
        {
            for (var n = 0; n < 200; n++)
            {
                var key = keys[(who + n) % keys.Length];
                await _computations.RunAsync(
                    key,
                    async _ =>
                    {
                        lock (inside)
                        {
                            most = Math.Max(most, ++inside[key]);
                        }

                        await Task.Yield();
                        lock (inside)
                        {
                            return inside[key]--;
                        }
                    },
                    CancellationToken.None);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(who => Task.Run(() => AskAsync(who)))).WaitAsync(Limit);

        Assert.That(most, Is.EqualTo(1));
        Assert.That(() => Keys, Is.Empty.After((int)Limit.TotalMilliseconds, 5));
    }

    /// <summary>
    /// The keys that it holds. They are not visible from outside, so that a leak would show only when memory runs out.
    /// </summary>
    private ICollection Keys =>
        ((IDictionary)typeof(SharedComputations)
            .GetField("_keys", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_computations)!).Keys;
}
