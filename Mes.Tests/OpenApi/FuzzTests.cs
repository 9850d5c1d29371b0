using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Mes.Tests.Http;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>
/// Twenty thousand random requests, generated from the service's own description, to a service on PostgreSQL and Redis:
/// none fails the service, and every answer is one that the description has. <c>MES_FUZZ_SEED</c> repeats a run,
/// <c>MES_FUZZ_REQUESTS</c> makes it longer.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class FuzzTests
{
    private const int AtOnce = 12;
    private const int Shown = 10;

    [Test]
    public async Task No_random_request_fails_the_service_and_every_answer_is_as_described()
    {
        var seed = FromEnvironment("MES_FUZZ_SEED", Random.Shared.Next(1_000_000));
        var count = FromEnvironment("MES_FUZZ_REQUESTS", 20_000);
        await TestContext.Progress.WriteLineAsync($"MES_FUZZ_SEED={seed}");
        await using var database = await TestDatabase.CreateAsync();
        await using var redis = await TestRedisServer.StartAsync();
        await using var host = await MesHost.StartAsync(
            database.ConnectionString,
            redis.ConnectionString,
            [
                "--Mes:RateLimits:Enabled=true",
                .. new[] { "Seller", "Operator", "Service", "Admin" }.Select(
                    role => $"--Mes:RateLimits:{role}:Permits=1000000000"),
            ]);
        var api = await ApiDescription.ReadAsync(host);
        var webhooks = await WebhooksAsync(host);
        var orders = await OrdersAsync(host);
        var generator = new RequestGenerator(
            api, seed, orders, await KeysAsync(host), webhooks, await EventsAsync(host, webhooks[0]));
        var wrong = new ConcurrentQueue<string>();
        var answers = new ConcurrentDictionary<(string Operation, int Class), int>();

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var request = generator.Make(number);
            using var answer = await host.SendAsync(
                new HttpMethod(request.Operation.Method),
                request.Path,
                request.Key,
                request.Content(),
                request.AddHeaders);
            var status = (int)answer.StatusCode;
            answers.AddOrUpdate((request.Operation.ToString(), status / 100), 1, (_, sum) => sum + 1);
            string[] differences =
            [
                .. status >= 500 && !request.Operation.Path.StartsWith("/health", StringComparison.Ordinal)
                    ? ["the service failed"]
                    : Array.Empty<string>(),
                .. await api.DifferencesAsync(request.Operation, answer),
                .. request.Operation.Roles.Count > 0
                    && status is not (401 or 414 or 429)
                    && !answer.Headers.Contains("RateLimit")
                    ? ["the caller is not told its limit"]
                    : Array.Empty<string>(),
            ];
            if (differences.Length > 0)
            {
                wrong.Enqueue(
                    $"{number}: {request}\n  {status} {await answer.Content.ReadAsStringAsync()}\n  "
                    + string.Join("\n  ", differences));
            }
        });

        Assert.That(wrong, Is.Empty, $"MES_FUZZ_SEED={seed}\n{string.Join('\n', wrong.Take(Shown))}");
        if (count >= 20_000)
        {
            Assert.That(
                api.Operations.Where(operation => !operation.Path.EndsWith("/stream", StringComparison.Ordinal)
                    && !answers.ContainsKey((operation.ToString(), 2))), Is.Empty,
                "every operation succeeds sometimes");
        }
    }

    /// <summary>Orders of two sellers in every status.</summary>
    private static async Task<IReadOnlyList<string>> OrdersAsync(MesHost host)
    {
        List<string> ids = [];
        foreach (var seller in new[] { MesHost.Alpha, MesHost.Beta })
        {
            foreach (var status in Lifecycle.Statuses)
            {
                for (var i = 0; i < 4; i++)
                {
                    var order = (await new OrdersClient(() => host, seller).SubmitAsync()).Should(201).Id;
                    ids.Add(order.ToString("D"));
                    foreach (var step in Lifecycle.WayTo(status))
                    {
                        var key = step.Roles[0] == "seller" ? seller : ApiEndpoint.KeyOf(step.Roles[0]);
                        (await new OrdersClient(() => host, key).ChangeAsync(order, step.Action)).Should(200);
                    }
                }
            }
        }

        return ids;
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(MesHost host)
    {
        List<string> ids = [];
        var admin = new OrdersClient(() => host, MesHost.Admin);
        for (var i = 0; i < 16; i++)
        {
            var body = new JsonObject { ["role"] = "seller", ["sellerId"] = i % 2 == 0 ? "alpha" : "gamma" };
            ids.Add((await admin.PostAsync("keys", body)).Should(201).Json.GetProperty("id").GetString()!);
        }

        return ids;
    }

    private static async Task<IReadOnlyList<string>> WebhooksAsync(MesHost host)
    {
        List<string> ids = [];
        foreach (var seller in new[] { MesHost.Alpha, MesHost.Beta })
        {
            for (var i = 0; i < 4; i++)
            {
                var body = new JsonObject { ["url"] = "http://127.0.0.1:9/" };
                ids.Add((await new OrdersClient(() => host, seller).PostAsync("webhooks", body)).Should(201)
                    .Json.GetProperty("id").GetString()!);
            }
        }

        return ids;
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(MesHost host, string webhook)
    {
        IReadOnlyList<string> ids = [];
        await Eventually.IsTrue(
            async () =>
            {
                var log = await new OrdersClient(() => host, MesHost.Alpha).GetAsync($"webhooks/{webhook}/deliveries");
                ids = [.. log.Should(200).Json.GetProperty("items").EnumerateArray()
                    .Select(row => row.GetProperty("eventId").GetString()!)];
                return ids.Count > 0;
            },
            Hits.Limit,
            "the webhook has deliveries");
        return ids;
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
