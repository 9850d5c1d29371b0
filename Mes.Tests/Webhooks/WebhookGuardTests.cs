using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Infrastructure.Secrets;
using Mes.Infrastructure.Webhooks.Egress;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Webhooks;

/// <summary>What a service that allows only public addresses, or has no key for secrets, does with webhooks.</summary>
[Category("Embedded")]
internal sealed class WebhookGuardTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Only_public_addresses_are_taken_and_a_name_is_judged_by_where_it_leads()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await MesHost.StartEmbeddedAsync(
            ["--Mes:Webhooks:AllowPrivateAddresses=false"],
            builder => builder.Services.AddSingleton<IHostAddresses>(new ScriptedHosts(["127.0.0.1"])));
        var seller = new OrdersClient(() => host, MesHost.Alpha);
        foreach (var wrong in new[]
        {
            receiver.Url, "https://127.0.0.1/", "https://localhost/", "https://2130706433/", "https://0177.0.0.1/",
            "https://10.0.0.1/", "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/", "http://shop.example/",
        })
        {
            var refused = await seller.PostAsync("webhooks", new JsonObject { ["url"] = wrong });
            Assert.That(
                refused.ShouldBeProblem(400, "validation-error").Json.GetProperty("errors").ToString(),
                Does.Contain("$.url"));
        }

        var url = $"https://shop.example:{new Uri(receiver.Url).Port}/";
        var made = (await seller.PostAsync("webhooks", new JsonObject { ["url"] = url })).Should(201);
        var changed = await seller.SendAsync(
            "PATCH",
            $"webhooks/{made.Id}",
            new StringContent("""{"url":"https://127.1/"}""", Encoding.UTF8, "application/json"));
        changed.ShouldBeProblem(400, "validation-error");
        (await seller.PostAsync($"webhooks/{made.Id}/test")).Should(202);

        JsonElement row = default;
        await Eventually.IsTrue(
            async () => (row = (await seller.GetAsync($"webhooks/{made.Id}/deliveries")).Json.GetProperty("items")[0])
                .GetProperty("status").GetString() == "failed",
            Limit, "the attempt is logged");
        Assert.That(row.GetProperty("error").GetString(), Is.EqualTo("address"));
        Assert.That(receiver.All, Is.Empty);
    }

    [Test]
    public async Task Without_a_key_for_secrets_there_are_no_webhooks()
    {
        await using var host = await MesHost.StartEmbeddedAsync(
            configure: builder => builder.Services.AddSingleton(SecretKeys.None));
        var seller = new OrdersClient(() => host, MesHost.Alpha);

        (await seller.PostAsync("webhooks", new JsonObject { ["url"] = "https://shop.example/" }))
            .ShouldBeProblem(409, "webhooks-not-configured");
        (await seller.GetAsync("webhooks")).Should(200);
    }
}
