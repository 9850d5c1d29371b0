using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Mes.Application.Behaviors;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeyedGateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly KeyedGate _gate = new();

    [Test]
    public async Task The_first_does_not_wait_and_the_second_does()
    {
        var first = await _gate.EnterAsync("a", CancellationToken.None);
        var second = _gate.EnterAsync("a", CancellationToken.None).AsTask();
        Assert.That(first.HadToWait, Is.False);
        Assert.That(second.IsCompleted, Is.False);

        first.Dispose();

        using var entered = await second.WaitAsync(Limit);
        Assert.That(entered.HadToWait);
    }

    [Test]
    public async Task Another_key_does_not_wait()
    {
        using var first = await _gate.EnterAsync("a", CancellationToken.None);

        var other = _gate.EnterAsync("b", CancellationToken.None);

        Assert.That(other.IsCompletedSuccessfully);
        using var entered = await other;
        Assert.That(entered.HadToWait, Is.False);
    }

    [Test]
    public async Task Whoever_gives_up_waiting_keeps_nobody_out()
    {
        var first = await _gate.EnterAsync("a", CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        var second = _gate.EnterAsync("a", cancelled.Token).AsTask();
        var third = _gate.EnterAsync("a", CancellationToken.None).AsTask();

        await cancelled.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(third.IsCompleted, Is.False, "the first is still in");
        first.Dispose();

        (await third.WaitAsync(Limit)).Dispose();
        Assert.That(Keys, Is.Empty);
    }

    [Test]
    public void Whoever_comes_with_a_cancelled_token_leaves_nothing_behind()
    {
        Assert.That(async () => await _gate.EnterAsync("a", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Keys, Is.Empty);
    }

    [Test]
    public async Task Keys_that_nobody_asks_for_are_forgotten()
    {
        for (var n = 0; n < 100; n++)
        {
            using var entered = await _gate.EnterAsync($"{n}", CancellationToken.None);
            Assert.That(Keys, Has.Count.EqualTo(1));
        }

        Assert.That(Keys, Is.Empty);
    }

    [Test]
    public async Task Among_many_one_at_a_time_is_in_per_key()
    {
        string[] keys = ["a", "b", "c"];
        var inside = new ConcurrentDictionary<string, int>();
        var most = 0;

        async Task ComeAndGoAsync(int who)
        {
            for (var n = 0; n < 300; n++)
            {
                var key = keys[(who + n) % keys.Length];
                using var entered = await _gate.EnterAsync(key, CancellationToken.None);
                InterlockedMax(ref most, inside.AddOrUpdate(key, 1, (_, others) => others + 1));
                await Task.Yield();
                inside.AddOrUpdate(key, 0, (_, others) => others - 1);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(who => Task.Run(() => ComeAndGoAsync(who)))).WaitAsync(Limit);

        Assert.That(most, Is.EqualTo(1));
        Assert.That(Keys, Is.Empty);
    }

    /// <summary>What it holds on to shows nowhere outside until the memory is full.</summary>
    private ICollection Keys =>
        ((IDictionary)typeof(KeyedGate).GetField("_doors", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_gate)!).Keys;

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
