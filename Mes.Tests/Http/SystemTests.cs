using System.Text.Json;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The state of the service, for whoever is on duty.</summary>
public sealed class SystemTests(TestEngines engines) : HttpTest(engines)
{
    [Test]
    public async Task It_names_the_instance_and_says_that_all_is_well()
    {
        await Alpha.SubmitAsync();
        foreach (var client in new[] { Anna, Crm })
        {
            (await client.GetAsync("board")).Should(200);
            var system = (await client.GetAsync("system")).Should(200).Json;

            Assert.Multiple(() =>
            {
                Assert.That(system.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[]
                {
                    "instance", "version", "startedAt", "cache", "licence", "outbox", "events", "redis", "database",
                }));
                Assert.That(system.GetProperty("instance").GetString(), Is.Not.Empty);
                Assert.That(system.GetProperty("version").GetString(), Is.Not.Empty);
                Assert.That(Member(system, "cache", "state").GetString(), Is.EqualTo("ok"));
                Assert.That(Member(system, "cache", "hitRatio").GetDouble(), Is.InRange(0, 1));
                Assert.That(Member(system, "cache", "nearHitRatio").ValueKind,
                    Is.EqualTo(JsonValueKind.Number).Or.EqualTo(JsonValueKind.Null));
                Assert.That(Member(system, "licence", "ageMs").GetInt64(), Is.GreaterThanOrEqualTo(0));
                Assert.That(Member(system, "licence", "overdue").GetInt32(), Is.Zero);
                Assert.That(Member(system, "licence", "outage").GetBoolean(), Is.False);
                Assert.That(Member(system, "outbox", "rows").GetInt64(), Is.GreaterThanOrEqualTo(0));
                Assert.That(Member(system, "outbox", "oldestMs").GetInt64(), Is.GreaterThanOrEqualTo(0));
                Assert.That(Member(system, "events", "oldestMs").GetInt64(), Is.GreaterThanOrEqualTo(0));
                Assert.That(Member(system, "redis", "state").GetString(), Is.EqualTo("ok"));
                Assert.That(Member(system, "redis", "detail").ValueKind, Is.EqualTo(JsonValueKind.Null));
                Assert.That(Member(system, "database", "state").GetString(), Is.EqualTo("ok"));
                Assert.That(Member(system, "database", "detail").ValueKind, Is.EqualTo(JsonValueKind.Null));
            });
        }
    }

    private static JsonElement Member(JsonElement system, string part, string name) =>
        system.GetProperty(part).GetProperty(name);
}
