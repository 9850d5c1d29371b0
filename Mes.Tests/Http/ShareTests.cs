using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>A caller that sends more than its share at once is told so, and other callers do not notice.</summary>
[Category("Embedded")]
internal sealed class ShareTests
{
    private const int AtOnce = 64;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task What_goes_beyond_a_callers_share_is_a_429_and_others_are_served()
    {
        await using var host =
            await MesHost.StartEmbeddedAsync(["--Mes:Fairness:PermitsPerProcessor=1", "--Mes:Fairness:MaxWaiting=0"]);
        OrdersClient alpha = new(() => host, MesHost.Alpha), beta = new(() => host, MesHost.Beta);
        (await alpha.SubmitAsync()).Should(201);
        HttpAnswer[] refused = [];

        await Eventually.IsTrue(
            async () =>
            {
                var flood = Enumerable.Range(0, AtOnce).Select(_ => alpha.GetAsync("orders?limit=100")).ToArray();
                (await beta.GetAsync("orders?limit=1")).Should(200);
                var answers = await Task.WhenAll(flood);
                Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 429));
                refused = [.. answers.Where(answer => answer.Status == 429)];
                return refused.Length > 0;
            },
            Limit,
            "some of a flood are refused");

        foreach (var answer in refused)
        {
            answer.ShouldBeProblem(429, "rate-limited");
            Assert.That(answer.Header("Retry-After"), Does.Match("^[1-9][0-9]*$"));
        }

        await Eventually.IsTrue(
            async () => (await alpha.GetAsync("orders?limit=100")).Status == 200, Limit, "its share is free again");
    }

    [Test]
    public async Task A_request_that_waits_too_long_for_its_callers_share_gets_a_429()
    {
        await using var host = await MesHost.StartEmbeddedAsync(
            ["--Mes:Fairness:PermitsPerProcessor=1", "--Mes:Fairness:WaitTimeout=00:00:00.001"]);
        var alpha = new OrdersClient(() => host, MesHost.Alpha);

        await Eventually.IsTrue(
            async () =>
                (await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => alpha.GetAsync("orders?limit=100"))))
                    .Any(answer => answer.Status == 429),
            Limit,
            "some of a flood are refused");
    }
}
