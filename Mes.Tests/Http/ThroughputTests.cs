using System.Text.Json;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The throughput figures: exact, and cached until an order changes.</summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Cluster, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
public sealed class ThroughputTests(TestEngines engines) : HttpTest(engines)
{
    private const string Filled = "mes; fwd=miss; stored";

    private readonly SteeredClock _clock = new();
    private int _year = 2030;
    private DateTimeOffset _today;

    /// <summary>
    /// Each test has its own year, later than that of any test before it. The figures have no upper limit but today, so
    /// they would otherwise include other tests' changes.
    /// </summary>
    [SetUp]
    public async Task BeginAnotherYear()
    {
        _today = new DateTimeOffset(_year++, 6, 1, 0, 0, 0, TimeSpan.Zero);
        await JumpAsync(_today);
    }

    [Test]
    public async Task Counts_and_times_are_exact()
    {
        // Ten orders are priced after 50, 100, … 500 milliseconds. Four of them are approved 40, 80, 120 and 160
        // milliseconds after that.
        for (var i = 1; i <= 10; i++)
        {
            _clock.Now = _today;
            var order = (await Alpha.SubmitAsync()).Should(201);
            _clock.Now = _today.AddMilliseconds(50 * i);
            (await Crm.ChangeAsync(order.Id, "price")).Should(200);
            if (i <= 4)
            {
                _clock.Now = _today.AddMilliseconds(90 * i);
                (await Crm.ChangeAsync(order.Id, "approval")).Should(200);
            }
        }

        var answer = (await Anna.GetAsync("stats/throughput?days=1")).Should(200);

        var day = answer.Json.GetProperty("days")[0];
        Assert.That(answer.Json.GetProperty("days").GetArrayLength(), Is.EqualTo(1));
        Assert.That(day.GetProperty("date").GetString(), Is.EqualTo($"{_today:yyyy-MM-dd}"));
        Assert.That(
            day.GetProperty("entered").EnumerateObject().Select(member => member.Name), Is.EqualTo(Lifecycle.Statuses));
        Assert.That(
            Entered(day), Is.EqualTo(
                new Dictionary<string, int>
                {
                    ["SUBMITTED"] = 10,
                    ["PRICE_CALCULATED"] =
                    10,
                    ["MANUFACTURING_APPROVED"] = 4
                }));

        var times = answer.Json.GetProperty("timeInStatus");
        Assert.That(times.EnumerateObject().Select(member => member.Name), Is.EqualTo(Lifecycle.Active));
        Assert.That(Times(times.GetProperty("SUBMITTED")), Is.EqualTo((10, (decimal?)0.250m, (decimal?)0.450m)));
        Assert.That(Times(times.GetProperty("PRICE_CALCULATED")), Is.EqualTo((4, (decimal?)0.080m, (decimal?)0.160m)));
        foreach (var status in Lifecycle.Active.Skip(2))
        {
            Assert.That(Times(times.GetProperty(status)), Is.EqualTo((0, (decimal?)null, (decimal?)null)), status);
        }
    }

    [Test]
    public async Task A_status_entered_again_counts_again()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");
        for (var i = 1; i <= 3; i++)
        {
            _clock.Now = _today.AddMilliseconds(100 * i);
            (await Anna.ChangeAsync(order.Id, "release")).Should(200);
            (await Anna.ChangeAsync(order.Id, "claim")).Should(200);
        }

        // A repeated claim changes nothing, so the figures do not count it.
        (await Anna.ChangeAsync(order.Id, "claim")).Should(200);

        var answer = (await Crm.GetAsync("stats/throughput?days=1")).Should(200).Json;
        Assert.That(Entered(answer.GetProperty("days")[0]), Is.EqualTo(new Dictionary<string, int>
        {
            ["SUBMITTED"] = 1,
            ["PRICE_CALCULATED"] = 1,
            ["MANUFACTURING_APPROVED"] = 4,
            ["MANUFACTURING_STARTED"] = 4,
        }));
        Assert.That(Times(answer.GetProperty("timeInStatus").GetProperty("MANUFACTURING_STARTED")),
            Is.EqualTo((3, (decimal?)0.100m, (decimal?)0.100m)));
    }

    [Test]
    public async Task A_day_begins_and_ends_at_midnight_in_UTC()
    {
        _clock.Now = _today.AddMilliseconds(-1);
        var order = (await Alpha.SubmitAsync()).Should(201);
        _clock.Now = _today;
        (await Crm.ChangeAsync(order.Id, "price")).Should(200);

        var two = (await Anna.GetAsync("stats/throughput?days=2")).Should(200).Json;
        var one = (await Anna.GetAsync("stats/throughput?days=1")).Should(200).Json;

        Assert.That(two.GetProperty("days").EnumerateArray().Select(Entered), Is.EqualTo(new[]
        {
            new Dictionary<string, int> { ["SUBMITTED"] = 1 },
            new Dictionary<string, int> { ["PRICE_CALCULATED"] = 1 },
        }));
        Assert.That(one.GetProperty("days").EnumerateArray().Select(Entered),
            Is.EqualTo(new[] { new Dictionary<string, int> { ["PRICE_CALCULATED"] = 1 } }));
        Assert.That(Times(one.GetProperty("timeInStatus").GetProperty("SUBMITTED")),
            Is.EqualTo((1, (decimal?)0.001m, (decimal?)0.001m)));
    }

    [TestCase("", 30)]
    [TestCase("?days=1", 1)]
    [TestCase("?days=90", 90)]
    public async Task It_reaches_back_so_many_days_and_leaves_none_out(string query, int days)
    {
        var first = _today.AddDays(1 - days);
        await JumpAsync(first.AddMilliseconds(-1));
        (await Alpha.SubmitAsync()).Should(201);
        _clock.Now = first;
        (await Alpha.SubmitAsync()).Should(201);
        (await Alpha.SubmitAsync()).Should(201);
        await JumpAsync(_today);

        var answer = (await Anna.GetAsync($"stats/throughput{query}")).Should(200).Json.GetProperty("days")
            .EnumerateArray().ToArray();

        Assert.That(
            answer.Select(day => day.GetProperty("date").GetString()),
            Is.EqualTo(Enumerable.Range(0, days).Select(n => $"{first.AddDays(n):yyyy-MM-dd}")));
        Assert.That(Entered(answer[0]), Is.EqualTo(new Dictionary<string, int> { ["SUBMITTED"] = 2 }));
        Assert.That(answer.Skip(1).SelectMany(Entered), Is.Empty);
    }

    [Test]
    public async Task It_is_a_hit_on_every_instance_until_an_order_changes()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        const string Path = "stats/throughput?days=7";
        List<string> entered = [];
        foreach (var change in Lifecycle.Tour)
        {
            var before = (await Service.As(MesHost.Anna, 0).GetCachedAsync(Path)).Should(200);
            Assert.That(before.CacheStatus, Is.EqualTo(Filled), $"before {change.Action}");
            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                var again = (await Service.As(MesHost.Crm, instance).GetHitAsync(Path)).Should(200);
                Assert.That(again.Body, Is.EqualTo(before.Body));
            }

            (await Client(change.Roles[0]).ChangeAsync(order.Id, change.Action)).Should(200);

            var after = (await Service.As(MesHost.Anna, 1).GetCachedAsync(Path)).Should(200);
            Assert.That(after.CacheStatus, Is.EqualTo(Filled), $"after {change.Action}");
            entered.Add(change.To);
            var today = Entered(after.Json.GetProperty("days")[6]);
            Assert.That(today[change.To], Is.EqualTo(entered.Count(status => status == change.To)));
            (await Alpha.SubmitAsync()).Should(201);
        }
    }

    [Test]
    public async Task A_new_order_is_a_change_too()
    {
        await Anna.GetCachedAsync("stats/throughput?days=1");
        await Anna.GetHitAsync("stats/throughput?days=1");

        (await Beta.SubmitAsync()).Should(201);

        var after = (await Anna.GetCachedAsync("stats/throughput?days=1")).Should(200);
        Assert.That(after.CacheStatus, Is.EqualTo(Filled));
        Assert.That(
            Entered(after.Json.GetProperty("days")[0]), Is.EqualTo(new Dictionary<string, int> { ["SUBMITTED"] = 1 }));
    }

    [Test]
    public async Task What_is_refused_changes_nothing_and_leaves_the_hit()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        await Anna.GetCachedAsync("stats/throughput?days=1");
        (await Anna.ChangeAsync(order.Id, "claim")).ShouldBeProblem(409, "invalid-transition");
        await Anna.GetHitAsync("stats/throughput?days=1");
    }

    [Test]
    public async Task Each_number_of_days_and_each_day_is_an_answer_of_its_own()
    {
        await Anna.GetCachedAsync("stats/throughput?days=2");
        Assert.That((await Anna.GetCachedAsync("stats/throughput?days=3")).Should(200).CacheStatus, Is.EqualTo(Filled));
        await Anna.GetHitAsync("stats/throughput?days=2");

        await JumpAsync(_today.AddDays(1));
        var tomorrow = (await Anna.GetCachedAsync("stats/throughput?days=2")).Should(200);
        Assert.That(tomorrow.CacheStatus, Is.EqualTo(Filled));
        Assert.That(tomorrow.Json.GetProperty("days")[1].GetProperty("date").GetString(),
            Is.EqualTo($"{_today.AddDays(1):yyyy-MM-dd}"));
    }

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<TimeProvider>(_clock);

    /// <summary>
    /// To an instance, a clock that jumps by more than a second means that the machine has slept. The instance then
    /// bypasses its cache for a moment.
    /// </summary>
    private async Task JumpAsync(DateTimeOffset now)
    {
        _clock.Now = now;
        await Service.UntilCacheIsInUseAsync();
    }

    /// <summary>The statuses that any order has entered.</summary>
    private static Dictionary<string, int> Entered(JsonElement day) => day.GetProperty("entered").EnumerateObject()
        .Where(member => member.Value.GetInt32() != 0)
        .ToDictionary(member => member.Name, member => member.Value.GetInt32());

    private static (int Orders, decimal? Median, decimal? P90) Times(JsonElement status) => (
        status.GetProperty("orders").GetInt32(),
        status.GetProperty("medianSeconds").Deserialize<decimal?>(),
        status.GetProperty("p90Seconds").Deserialize<decimal?>());
}
