using Mes.Application.RateLimiting;
using Mes.Infrastructure.RateLimiting;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.RateLimiting;

/// <summary>
/// Several instances share a limit: no window, wherever it begins, has more than the permits and a tenth, and nothing
/// less is granted than the limit promises. The clock is simulated, the script and Redis are real.
/// </summary>
[Category("Servers")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedLimitTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly ConnectionMultiplexer _redis = ConnectionMultiplexer.Connect(TestServers.RequireRedis());
    private readonly string _partition = ServiceUnderTest.Unique("seller:test");
    private readonly List<(TimeSpan At, int Tenths)> _spent = [];
    private readonly TimeSpan _start;
    private RateLimitTerms _terms = null!;

    public SharedLimitTests() => _start = Now;

    public void Dispose() => _redis.Dispose();

    private TimeSpan Now => TimeSpan.FromMilliseconds(_clock.GetUtcNow().ToUnixTimeMilliseconds());

    [Test]
    public void No_window_has_more_than_the_permits_and_a_tenth_and_none_is_told_more_than_was_left(
        [Values(10, 100, 600)] int permits, [Values(1, 2, 5)] int instances)
    {
        var random = new Random((permits * 10) + instances);
        var nodes = Start(permits, instances);
        for (var step = 0; step < 1_500; step++)
        {
            switch (random.Next(100))
            {
                case < 55:
                    Take(nodes[random.Next(nodes.Count)], random.Next(1, 1 + Math.Max(permits / 20, 1)), random);
                    break;
                case < 80:
                    Deliver(nodes[random.Next(nodes.Count)]);
                    break;
                case < 82:
                    nodes[random.Next(nodes.Count)].Account.ReturnUnused();
                    break;
                case < 99:
                    // Around the times that matter: within an answer, a view, a hold, a step, and a window.
                    TimeSpan[] pauses =
                    [
                        AnswerTime / 2, TimeSpan.FromMilliseconds(random.Next(1, 2_500)), _terms.HoldTime,
                        Window - TimeSpan.FromMilliseconds(random.Next(100)), _terms.Step, TimeSpan.FromSeconds(5),
                    ];
                    Advance(nodes, pauses[random.Next(100) < 4 ? 3 : random.Next(pauses.Length)]);
                    break;
                default:
                    // An instance dies with what it holds, and another one takes its place.
                    var dead = random.Next(nodes.Count);
                    nodes[dead] = Start(permits, 1)[0];
                    break;
            }
        }

        Assert.That(WorstWindow(), Is.LessThanOrEqualTo(permits * 11), "tenths of permits");
        Assert.That(WorstWindow(), Is.GreaterThanOrEqualTo(permits * 9), "the callers did try");
    }

    [TestCase(10, 1)]
    [TestCase(10, 3)]
    [TestCase(600, 1)]
    [TestCase(600, 2)]
    [TestCase(6_000, 4)]
    public void A_caller_gets_all_its_permits_at_once_in_turn_from_all_instances_and_no_more(int permits, int instances)
    {
        var nodes = Start(permits, instances);
        var granted = 0;
        for (; Take(nodes[granted % instances]) is { IsGranted: true }; granted++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(granted, Is.InRange(permits, permits + (instances == 1 ? 0 : permits / 20)));
    }

    [Test]
    public void What_is_left_is_told_exactly_from_the_first_request_on()
    {
        var nodes = Start(600, 2);

        Assert.That(Told(Take(nodes[0])), Is.EqualTo((599, 60)));
        Assert.That(Told(Take(nodes[1])), Is.EqualTo((598, 60)));
        _clock.Advance(TimeSpan.FromSeconds(20));
        nodes.ForEach(node => node.Account.ReturnUnused());
        Assert.That(Told(Take(nodes[0])), Is.EqualTo((597, 41)), "another second has begun");
    }

    [TestCase(1)]
    [TestCase(3)]
    public void A_caller_that_always_tries_gets_nearly_all_its_permits_in_every_window(int instances)
    {
        var nodes = Start(600, instances);
        for (var i = 0; i < 3_000; i++)
        {
            Take(nodes[i % instances]);
            _clock.Advance(TimeSpan.FromMilliseconds(80));
        }

        var perWindow = _spent.Count / ((Now - _start) / Window);
        Assert.That(perWindow, Is.InRange(600 * 0.95, 600 * 1.1 * 1.25), "with the burst at the beginning");
        Assert.That(WorstWindow(), Is.LessThanOrEqualTo(6_600));
    }

    [Test]
    public void Who_waits_as_long_as_it_is_told_is_granted()
    {
        var nodes = Start(100, 2);
        RateLimitDecision refused = default;
        for (var i = 0; refused == default; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            if (Take(nodes[i % 2]) is { IsGranted: false } decision)
            {
                refused = decision;
            }
        }

        Assert.That(refused.RetryAfterSeconds, Is.InRange(1, 61));
        _clock.Advance(TimeSpan.FromSeconds(refused.RetryAfterSeconds));
        Assert.That(Take(nodes[0])!.Value.IsGranted);
        Assert.That(Take(nodes[1])!.Value.IsGranted);
    }

    [Test]
    public void A_request_for_less_than_a_tenth_of_the_permits_costs_a_tenth_of_one()
    {
        var node = Start(100, 1)[0];
        for (var i = 0; i < 1_000; i++)
        {
            var granted = Take(node)!.Value;
            Assert.That(granted.IsGranted, Is.EqualTo(i <= 990), $"{i}: a whole permit must be left");
            if (!granted.IsGranted)
            {
                return;
            }

            _spent[^1] = (_spent[^1].At, 1);
            node.Account.Refund(9, granted);
        }

        Assert.Fail("a limit was reached");
    }

    [Test]
    public void A_flood_beyond_the_limit_asks_once_a_second()
    {
        var node = Start(600, 1)[0];
        while (Take(node) is { IsGranted: true })
        {
        }

        var before = node.Store.Questions;
        for (var i = 0; i < 10_000; i++)
        {
            Assert.That(Take(node)!.Value.IsGranted, Is.False);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(node.Store.Questions - before, Is.InRange(9, 11));
    }

    [Test]
    public void Most_requests_of_a_busy_caller_ask_nothing()
    {
        var node = Start(6_000, 1)[0];
        for (var i = 0; i < 3_000; i++)
        {
            Assert.That(Take(node)!.Value.IsGranted);
            _clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.That(node.Store.Questions, Is.LessThan(100));
    }

    [Test]
    public void Without_Redis_each_instance_grants_a_share_and_a_window_has_no_more_of_them_than_instances()
    {
        const int permits = 600;
        var nodes = Start(permits, 2);
        for (var phase = 0; phase < 6; phase++)
        {
            // Redis goes away in the middle of a window, comes back, and has lost everything every other time.
            nodes.ForEach(node => node.Store.IsAway = phase % 2 == 1);
            if (phase == 4)
            {
                _redis.GetDatabase().KeyDelete(RedisRateLimitStore.KeyOf(0, _partition));
            }

            for (var i = 0; i < 2_000; i++)
            {
                Take(nodes[i % 2]);
                _clock.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        Assert.That(WorstWindow(), Is.InRange(permits * 11, 2 * permits * 11), "tenths of permits");
    }

    [Test]
    public void When_Redis_is_back_it_knows_what_was_granted_without_it()
    {
        var nodes = Start(600, 2);
        nodes[0].Store.IsAway = true;
        for (var i = 0; i < 200; i++)
        {
            Take(nodes[0]);
        }

        nodes[0].Store.IsAway = false;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Take(nodes[0]);

        Assert.That(Take(nodes[1])!.Value.Remaining, Is.EqualTo(600 - 202));
    }

    [Test]
    public void A_clock_of_Redis_that_is_set_back_keeps_no_caller_out_for_longer_than_a_window()
    {
        var node = Start(100, 1)[0];
        while (Take(node) is { IsGranted: true })
        {
        }

        // A new instance, whose own clock is the one that was set back.
        var past = new FakeTimeProvider(_clock.GetUtcNow() - TimeSpan.FromDays(1));
        var store = new SimulatedStore(_redis.GetDatabase(), past, "other");
        var account = new RateLimitAccount(_partition, _terms, store, past, () => { });
        Assert.That(account.TakeAsync().Result.IsGranted, Is.False);
        past.Advance(Window + TimeSpan.FromSeconds(2));
        Assert.That(account.TakeAsync().Result.IsGranted);
    }

    [Test]
    public async Task The_counter_expires_by_itself()
    {
        var node = Start(100, 1)[0];
        Take(node);

        var left = await _redis.GetDatabase().KeyTimeToLiveAsync(RedisRateLimitStore.KeyOf(0, _partition));

        Assert.That(left, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(_terms.Horizon));
    }

    private List<Node> Start(int permits, int count)
    {
        _terms = new RateLimitTerms(new RateLimitPolicy("seller", permits, Window), AnswerTime);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var store = new SimulatedStore(_redis.GetDatabase(), _clock, Guid.CreateVersion7(
                    _clock.GetUtcNow()).ToString("N"));
                return new Node(store, new RateLimitAccount(_partition, _terms, store, _clock, () => { }));
            }),
        ];
    }

    /// <summary>Takes a permit; the answer comes at once.</summary>
    private RateLimitDecision? Take(Node node)
    {
        var taken = node.Account.TakeAsync();
        Assert.That(taken.IsCompleted);
        var decision = taken.Result;
        if (decision.IsGranted)
        {
            _spent.Add((Now, RateLimitPolicy.Tenths));
        }

        return decision;
    }

    /// <summary>Takes permits; the answer comes when it is delivered. Some are refunded, like those of a 304.</summary>
    private void Take(Node node, int permits, Random random)
    {
        node.Store.AnswersAtOnce = false;
        node.Waiting.Add((node.Account.TakeAsync(permits).AsTask(), permits, Now, permits == 1 && random.Next(4) == 0));
        Collect(node);
    }

    private void Deliver(Node node)
    {
        if (node.Store.HasReply)
        {
            node.Store.Deliver();
            Collect(node);
        }
    }

    /// <summary>No answer is on its way for longer than it may be.</summary>
    private void Advance(List<Node> nodes, TimeSpan time)
    {
        if (time >= AnswerTime)
        {
            _clock.Advance(AnswerTime / 2);
            time -= AnswerTime / 2;
            foreach (var node in nodes)
            {
                while (node.Store.HasReply)
                {
                    Deliver(node);
                }
            }
        }

        _clock.Advance(time);
    }

    private void Collect(Node node)
    {
        foreach (var waiting in node.Waiting.Where(waiting => waiting.Answer.IsCompleted).ToArray())
        {
            node.Waiting.Remove(waiting);
            var decision = waiting.Answer.Result;
            // It may not know what others have spent in the last second, and what they have spent of their portions.
            var known = SpentIn(Now - Window, Now - _terms.ViewTime - AnswerTime) - _terms.HeldByAll;
            Assert.That(
                decision.Remaining,
                Is.LessThanOrEqualTo(Math.Max(_terms.Limit - known + 9, 0) / RateLimitPolicy.Tenths));
            if (!decision.IsGranted)
            {
                continue;
            }

            _spent.Add((Now, waiting.IsRefunded ? 1 : waiting.Permits * RateLimitPolicy.Tenths));
            if (waiting.IsRefunded)
            {
                node.Account.Refund(9, decision);
            }
        }
    }

    private static (long, int) Told(RateLimitDecision? decision) =>
        (decision!.Value.Remaining, decision.Value.SecondsUntilBack);

    private long SpentIn(TimeSpan from, TimeSpan to) =>
        _spent.Where(spent => spent.At > from && spent.At <= to).Sum(spent => (long)spent.Tenths);

    private long WorstWindow()
    {
        long worst = 0, sum = 0;
        var first = 0;
        for (var last = 0; last < _spent.Count; last++)
        {
            sum += _spent[last].Tenths;
            for (; _spent[first].At < _spent[last].At - Window; first++)
            {
                sum -= _spent[first].Tenths;
            }

            worst = Math.Max(worst, sum);
        }

        return worst;
    }

    private sealed record Node(SimulatedStore Store, RateLimitAccount Account)
    {
        public List<(Task<RateLimitDecision> Answer, int Permits, TimeSpan At, bool IsRefunded)> Waiting { get; } = [];
    }
}
