using System.Globalization;
using System.Text.RegularExpressions;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>What an operator sees of the service: health, metrics and the program's commands.</summary>
public sealed class OperationsTests(TestEngines engines) : HttpTest(engines)
{
    /// <summary>The period in which the exporter repeats the metrics that it has already collected.</summary>
    private static readonly TimeSpan ScrapeIsKept = TimeSpan.FromMilliseconds(400);

    [Test]
    public async Task A_running_service_is_alive_and_ready_and_says_so_without_a_key()
    {
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            var nobody = Service.As(null, instance);
            Assert.That((await nobody.GetAsync("/health/live")).Should(200).StatusName, Is.EqualTo("alive"));
            Assert.That((await nobody.GetAsync("/health/ready")).Should(200).StatusName, Is.EqualTo("ready"));
        }
    }

    [Test]
    public async Task The_metrics_count_what_the_cache_and_the_database_do()
    {
        var client = Service.As(MesHost.Alpha, 0);
        var order = (await client.SubmitAsync()).Should(201);
        var before = await MetricsAsync();
        var now = before;

        await Eventually.IsTrue(
            async () =>
            {
                // The requests are repeated in each attempt. On a busy machine the put may come from the other
                // instance, and these metrics do not count that one.
                for (var i = 0; i < 5; i++)
                {
                    (await client.OrderAsync(order.Id)).Should(200);
                }

                await Service.EvictAsync(order.Id);
                (await client.OrderAsync(order.Id)).Should(200);
                (await client.SubmitAsync()).Should(201);

                now = await MetricsAsync();
                return Grown("mes_cache_reads_total{result=\"hit\"}") >= 5
                    && Grown("mes_cache_reads_total{result=\"miss\"}") >= 1
                    && Grown("mes_cache_puts_total{result=\"stored\"}") >= 2
                    && Grown("mes_database_duration_seconds_count") > 0
                    && Grown("mes_redis_duration_seconds_count{operation=\"get\"}") >= 6;
            },
            Hits.Limit,
            "the metrics show 5 hits, 1 miss and 2 puts more than before");

        double Grown(string name) => now.GetValueOrDefault(name) - before.GetValueOrDefault(name);
    }

    [Test]
    public async Task Another_service_in_the_process_neither_counts_here_nor_ends_these_metrics()
    {
        const string Read = "mes_cache_reads_total{result=\"hit\"}";
        var client = Service.As(MesHost.Alpha, 0);
        var order = (await client.SubmitAsync()).Should(201);
        await HitsAsync(client, order.Id);
        await Task.Delay(ScrapeIsKept);
        var before = (await MetricsAsync())[Read];

        await using (var other = await MesHost.StartEmbeddedAsync([]))
        {
            OrdersClient there = new(() => other, MesHost.Alpha);
            await HitsAsync(there, (await there.SubmitAsync()).Should(201).Id);
        }

        for (var scrape = 0; scrape < 3; scrape++)
        {
            await Task.Delay(ScrapeIsKept);
            Assert.That((await MetricsAsync())[Read], Is.EqualTo(before));
        }

        await HitsAsync(client, order.Id);
        await Eventually.IsTrue(
            async () => (await MetricsAsync())[Read] > before, Hits.Limit, "this service's reads are still counted");

        static Task HitsAsync(OrdersClient client, Guid id) => Eventually.IsTrue(
            async () => (await client.OrderAsync(id)).Should(200).CacheStatus == "mes; hit", Hits.Limit,
                "the order is a hit");
    }

    [Test]
    public async Task The_metrics_tell_the_depth_and_age_of_the_outbox_and_how_requests_go()
    {
        (await Service.As(MesHost.Alpha, 0).SubmitAsync()).Should(201);
        await Eventually.IsTrue(
            async () =>
            {
                var now = await MetricsAsync();
                return new[] { "mes_outbox_rows", "mes_outbox_age_seconds", "mes_outbox_set_aside" }.All(
                    now.ContainsKey)
                    && now["mes_outbox_set_aside"] == 0
                    && now.Keys.Any(name =>
                        name.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal));
            },
            Hits.Limit,
            "the metrics tell the depth of the outbox");
    }

    [Test]
    public async Task The_metrics_carry_no_key_and_no_order()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        await Alpha.OrderAsync(order.Id);
        var metrics = (await Service.As(null, 0).GetAsync("/metrics")).Should(200).Body;
        Assert.That(metrics, Does.Not.Contain("mes_test_").And.Not.Contain(order.Id.ToString()));
    }

    [Test]
    public async Task A_key_made_on_the_command_line_is_good_and_is_useless_once_revoked()
    {
        var (code, key, errors) = await Program.RunAsync(
            Service.Environment, "keys", "create", "--role", "seller", "--seller", "cli.seller-1");
        Assert.That(code, Is.Zero, errors);
        Assert.That(key, Does.Match(@"\Ames_live_[a-z0-9-]+_[A-Za-z0-9_-]{43,}\n\z"), "the key and nothing else");
        key = key.Trim();

        var order = (await Service.As(key).SubmitAsync()).Should(201);
        Assert.That(order.Json.GetProperty("sellerId").GetString(), Is.EqualTo("cli.seller-1"));

        var (revoked, told, _) = await Program.RunAsync(Service.Environment, "keys", "revoke", key.Split('_')[2]);
        Assert.That(revoked, Is.Zero);
        Assert.That(told, Does.Not.Contain(key));
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            var client = Service.As(key, instance);
            await Eventually.IsTrue(
                async () => (await client.GetAsync("orders")).Status == 401, Hits.Limit, "the revoked key is refused");
        }
    }

    [TestCase("operator", "--operator", "carla", 200)]
    [TestCase("service", "--name", "pricing", 200)]
    [TestCase("service", null, null, 200)]
    [TestCase("admin", null, null, 403)]
    public async Task Each_role_can_be_given_a_key(string role, string? option, string? id, int status)
    {
        var (code, key, errors) = await Program.RunAsync(Service.Environment,
            ["keys", "create", "--role", role, .. option is null ? Array.Empty<string>() : [option, id!]]);
        Assert.That(code, Is.Zero, errors);
        (await Service.As(key.Trim()).GetAsync("board?limit=1")).Should(status);
    }

    [Test]
    public async Task Migrating_again_changes_nothing()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var (code, _, errors) = await Program.RunAsync(Service.Environment, "migrate");
        Assert.That(code, Is.Zero, errors);
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
    }

    [Test]
    public async Task After_a_new_epoch_orders_are_read_anew()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        await Alpha.GetHitAsync($"orders/{order.Id}");

        var (code, _, errors) = await Program.RunAsync(Service.Environment, "cache", "new-epoch");
        Assert.That(code, Is.Zero, errors);

        var isRead = false;
        await Eventually.IsTrue(
            async () =>
            {
                var read = (await Alpha.OrderAsync(order.Id)).Should(200);
                Assert.That(read.Body, Is.EqualTo(order.Body));
                isRead |= read.CacheStatus != "mes; hit";
                return isRead && read.CacheStatus == "mes; hit";
            },
            Hits.Limit,
            "the order is read from the database and is a hit after that");
    }

    /// <summary>Values by name and labels, without the labels that are the same everywhere.</summary>
    private async Task<Dictionary<string, double>> MetricsAsync()
    {
        var metrics = new Dictionary<string, double>();
        foreach (var line in (await Service.As(null, 0).GetAsync("/metrics")).Should(200).Body.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split(' ');
            var name = Regex.Replace(string.Join(' ', parts[..^1]), "otel_scope_[a-z_]+=\"[^\"]*\",?", "")
                .Replace(",}", "}", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal);
            if (double.TryParse(parts[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || double.TryParse(parts[^2], NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            {
                metrics[name] = value;
            }
        }

        return metrics;
    }
}
