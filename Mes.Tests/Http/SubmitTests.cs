using System.Text.Json;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Submitting an order.</summary>
public sealed class SubmitTests(TestEngines engines) : HttpTest(engines)
{
    [Test]
    public async Task A_new_order_is_answered_whole_and_exactly()
    {
        var body = Samples.Submission();

        var order = (await Alpha.SubmitAsync(body)).Should(201);

        var createdAt = order.Json.GetProperty("createdAt").GetString();
        Assert.That(createdAt, Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(order.Id.Version, Is.EqualTo(7));
        Assert.That(order.Body, Is.EqualTo(JsonSerializer.Serialize(new
        {
            id = order.Id,
            sellerId = "alpha",
            externalId = body["externalId"]!.GetValue<string>(),
            model = new { fileName = "bracket.stl", sha256 = Samples.Sha256, polygonCount = 120_000 },
            material = "PA12",
            quantity = 5,
            dueAt = "2027-03-01T10:00:00.000Z",
            notes = "no support marks on the outside",
            price = (object?)null,
            operatorId = (object?)null,
            shipment = (object?)null,
            status = "SUBMITTED",
            version = 1,
            createdAt,
            statusChangedAt = createdAt,
            updatedAt = createdAt,
        })));
        Assert.That(order.Header("ETag"), Is.EqualTo("\"1\""));
        Assert.That(order.Header("Content-Type"), Is.EqualTo("application/json; charset=utf-8"));
    }

    [TestCase("/api/v1/orders")]
    [TestCase("/api/v1/orders/")]
    public async Task The_location_leads_to_the_order_also_behind_a_proxy_that_takes_a_prefix_off(string path)
    {
        var order = (await Alpha.PostAsync(path, Samples.Submission())).Should(201);

        var location = HttpAnswer.Behind(path, order.Header("Location")!);

        Assert.That(location, Is.EqualTo($"/api/v1/orders/{order.Id}"));
        Assert.That((await Alpha.GetAsync(location)).Body, Is.EqualTo(order.Body));
    }

    [TestCase("20.0")]
    [TestCase("2e1")]
    [TestCase("2.0E+1")]
    [TestCase("200e-1")]
    [TestCase("20.000000000000000000000000000000000000000000")]
    public async Task A_whole_number_may_be_written_with_a_point_or_an_exponent(string twenty)
    {
        using var body = new StringContent(
            Samples.Submission().ToJsonString()
                .Replace("\"quantity\":5", $"\"quantity\":{twenty}", StringComparison.Ordinal)
                .Replace("\"polygonCount\":120000", $"\"polygonCount\":{twenty}", StringComparison.Ordinal),
            System.Text.Encoding.UTF8,
            "application/json");

        var order = (await Alpha.SendAsync("POST", "orders", body)).Should(201);

        Assert.That(order.Body, Does.Contain("\"quantity\":20,").And.Contains("\"polygonCount\":20}"));
    }

    [Test]
    public async Task What_has_no_value_is_there_as_null()
    {
        var body = Samples.Submission();
        body.Remove("dueAt");
        body.Remove("notes");

        var order = (await Alpha.SubmitAsync(body)).Should(201);

        foreach (var member in new[] { "dueAt", "notes", "price", "operatorId", "shipment" })
        {
            Assert.That(order.Json.GetProperty(member).ValueKind, Is.EqualTo(JsonValueKind.Null), member);
        }
    }

    [Test]
    public async Task Its_history_begins_with_the_submission()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);

        var history = await Alpha.GetAsync($"orders/{order.Id}/history");

        Assert.That(history.Should(200).Body, Is.EqualTo(JsonSerializer.Serialize(new
        {
            items = new[]
            {
                new
                {
                    version = 1,
                    from = (string?)null,
                    to = "SUBMITTED",
                    actor = "seller:alpha",
                    at = order.Json.GetProperty("createdAt").GetString(),
                    note = (string?)null,
                },
            },
            next = (string?)null,
        })));
    }

    [Test]
    public async Task The_same_externalId_again_is_a_conflict_that_names_the_order()
    {
        var externalId = ServiceUnderTest.Unique("PO");
        var order = (await Alpha.SubmitAsync(Samples.Submission(externalId))).Should(201);
        var count = await Service.CountAsync();

        for (var repetition = 0; repetition < 4; repetition++)
        {
            var answer = (await Alpha.SubmitAsync(Samples.Submission(externalId)))
                .ShouldBeProblem(409, "duplicate-external-id");
            Assert.That(answer.Id, Is.EqualTo(order.Id));
            Assert.That(answer.Header("Location"), Is.Null);
        }

        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
    }

    [Test]
    public async Task An_externalId_stays_taken_when_its_order_has_ended()
    {
        var order = await Service.OrderInAsync("CANCELLED");
        var answer = await Alpha.SubmitAsync(Samples.Submission(order.Json.GetProperty("externalId").GetString()));
        Assert.That(answer.ShouldBeProblem(409, "duplicate-external-id").Id, Is.EqualTo(order.Id));
    }

    [Test]
    public async Task Two_sellers_may_use_the_same_externalId()
    {
        var externalId = ServiceUnderTest.Unique("PO");
        var alphas = (await Alpha.SubmitAsync(Samples.Submission(externalId))).Should(201);
        var betas = (await Beta.SubmitAsync(Samples.Submission(externalId))).Should(201);

        Assert.That(betas.Id, Is.Not.EqualTo(alphas.Id));
        Assert.That((await Alpha.SubmitAsync(Samples.Submission(externalId)))
            .ShouldBeProblem(409, "duplicate-external-id").Id, Is.EqualTo(alphas.Id));
        Assert.That((await Beta.SubmitAsync(Samples.Submission(externalId)))
            .ShouldBeProblem(409, "duplicate-external-id").Id, Is.EqualTo(betas.Id));
    }

    [Test]
    public async Task An_externalId_is_compared_to_the_letter()
    {
        var externalId = ServiceUnderTest.Unique("po");
        foreach (var other in new[] { externalId, externalId.ToUpperInvariant(), externalId
            + " ", " "
            + externalId, externalId
            + "\u00e9", externalId
            + "e\u0301" })
        {
            (await Alpha.SubmitAsync(Samples.Submission(other))).Should(201);
        }
    }

    [Test]
    public async Task Of_ten_submissions_of_one_externalId_at_once_exactly_one_is_accepted()
    {
        for (var round = 0; round < 5; round++)
        {
            var externalId = ServiceUnderTest.Unique("PO");

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 10)
                    .Select(i => Service.As(MesHost.Alpha, i).SubmitAsync(Samples.Submission(externalId))));

            var order = answers.Single(answer => answer.Status == 201);
            foreach (var answer in answers.Where(answer => answer != order))
            {
                Assert.That(answer.ShouldBeProblem(409, "duplicate-external-id").Id, Is.EqualTo(order.Id));
            }

            var found = (await Alpha.GetAsync($"orders?externalId={externalId}")).Should(200).Json.GetProperty("items");
            Assert.That(found.EnumerateArray().Select(item => item.GetProperty("id").GetGuid()),
                Is.EqualTo(new[] { order.Id }));
            Assert.That(await Alpha.HistoryAsync(order.Id), Has.Length.EqualTo(1));
        }
    }
}
