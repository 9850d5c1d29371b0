using System.Text.Json;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Every change in every status, by every role that may make the change.</summary>
public sealed class TransitionTests(TestEngines engines) : HttpTest(engines)
{
    private static IEnumerable<TestCaseData> Allowed =>
        from step in Lifecycle.Steps
        from status in step.From
        from role in step.Roles
        select new TestCaseData(status, step.Action, role);

    private static IEnumerable<TestCaseData> Forbidden =>
        from step in Lifecycle.Steps
        from status in Lifecycle.Statuses.Except(step.From)
        from role in step.Roles
        where !(step.Action == "claim" && status == "MANUFACTURING_STARTED")
        select new TestCaseData(status, step.Action, role);

    [TestCaseSource(nameof(Allowed))]
    public async Task An_allowed_change_moves_the_order_and_is_written_down(string status, string action, string role)
    {
        var before = await Service.OrderInAsync(status);
        var history = await Crm.HistoryAsync(before.Id);
        var actor = role switch { "seller" => "seller:alpha", "operator" => "operator:anna", _ => "service:crm" };

        var after = (await Client(role).ChangeAsync(before.Id, action)).Should(200);

        var to = Lifecycle.StepOf(action).To;
        Assert.That(after.StatusName, Is.EqualTo(to));
        Assert.That(after.Version, Is.EqualTo(before.Version + 1));
        Assert.That(after.Header("ETag"), Is.EqualTo($"\"{after.Version}\""));
        Assert.That(after.Json.GetProperty("statusChangedAt").GetString(),
            Is.EqualTo(after.Json.GetProperty("updatedAt").GetString()));
        Assert.That(after.Json.GetProperty("updatedAt").GetDateTimeOffset(),
            Is.GreaterThanOrEqualTo(before.Json.GetProperty("updatedAt").GetDateTimeOffset()));
        Assert.That((await Alpha.OrderAsync(before.Id)).Body, Is.EqualTo(after.Body));

        var grown = await Crm.HistoryAsync(before.Id);
        Assert.That(
            grown.SkipLast(1).Select(entry => entry.ToString()), Is.EqualTo(history.Select(entry => entry.ToString())));
        var note = Samples.BodyOf(action)?["reason"]?.GetValue<string>();
        Assert.That(grown[^1].ToString(), Is.EqualTo(JsonSerializer.Serialize(new
        {
            version = after.Version,
            from = status,
            to,
            actor,
            at = after.Json.GetProperty("updatedAt").GetString(),
            note,
        })));
    }

    [TestCaseSource(nameof(Forbidden))]
    public async Task A_forbidden_change_is_a_conflict_that_says_what_is_allowed(
        string status, string action, string role)
    {
        var order = await Service.OrderInAsync(status);
        var history = await Crm.HistoryAsync(order.Id);

        var answer = (await Client(role).ChangeAsync(order.Id, action)).ShouldBeProblem(409, "invalid-transition");

        Assert.That(answer.Json.GetProperty("orderStatus").GetString(), Is.EqualTo(status));
        Assert.That(
            answer.Json.GetProperty("allowed").EnumerateArray().Select(name => name.GetString()),
            Is.EquivalentTo(Lifecycle.AllowedIn(status, role, isClaimant: true)));
        Assert.That((await Crm.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
        Assert.That(await Crm.HistoryAsync(order.Id), Has.Length.EqualTo(history.Length));
    }

    [Test]
    public async Task What_is_allowed_is_allowed_to_this_caller_and_not_to_another()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");

        Assert.That(await AllowedAsync(Anna, "packaging"), Is.EquivalentTo(new[] { "release", "completion" }));
        Assert.That(await AllowedAsync(Boris, "packaging"), Is.Empty, "it is anna's");
        Assert.That(await AllowedAsync(Crm, "closure"), Is.EquivalentTo(new[] { "release" }));
        Assert.That(await AllowedAsync(Alpha, "cancellation"), Is.Empty);

        async Task<IEnumerable<string?>> AllowedAsync(OrdersClient client, string action) =>
            (await client.ChangeAsync(order.Id, action)).ShouldBeProblem(409, "invalid-transition")
            .Json.GetProperty("allowed").EnumerateArray().Select(name => name.GetString());
    }

    [Test]
    public async Task An_order_goes_all_the_way_from_submission_to_closed()
    {
        var order = await Service.OrderInAsync("CLOSED");

        var history = await Alpha.HistoryAsync(order.Id);
        var passed = Lifecycle.WayTo("CLOSED").Select(step => step.To).Prepend("SUBMITTED").ToArray();
        Assert.That(history.Select(entry => entry.GetProperty("version").GetInt32()),
            Is.EqualTo(Enumerable.Range(1, passed.Length)));
        Assert.That(history.Select(entry => entry.GetProperty("to").GetString()), Is.EqualTo(passed));
        Assert.That(history.Select(entry => entry.GetProperty("from").GetString()),
            Is.EqualTo(passed.SkipLast(1).Prepend(null)));
        Assert.That(
            history[0].GetProperty("at").GetString(), Is.EqualTo(order.Json.GetProperty("createdAt").GetString()));
        Assert.That(
            history[^1].GetProperty("at").GetString(), Is.EqualTo(order.Json.GetProperty("updatedAt").GetString()));
        Assert.That(order.Json.GetProperty("price").ToString(), Is.EqualTo("{\"amount\":49.90,\"currency\":\"EUR\"}"));
        Assert.That(order.Json.GetProperty("shipment").ToString(),
            Is.EqualTo("{\"carrier\":\"DHL\",\"trackingNumber\":\"JD014600003RU\"}"));
        Assert.That(order.Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"));
    }

    [Test]
    public async Task Any_operator_packs_and_ships_what_another_has_made()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_COMPLETED");

        (await Boris.ChangeAsync(order.Id, "packaging")).Should(200);
        var shipped = (await Boris.ChangeAsync(order.Id, "shipment")).Should(200);

        Assert.That(shipped.Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"), "who made it");
    }

    [TestCase("SUBMITTED")]
    [TestCase("PRICE_CALCULATED")]
    [TestCase("MANUFACTURING_APPROVED")]
    [TestCase("CLOSED")]
    public async Task Another_sellers_cancellation_finds_no_such_order(string status)
    {
        var order = await Service.OrderInAsync(status);
        var unknown = (await Beta.ChangeAsync(Guid.Parse("01980000-0000-7000-8000-000000000000"), "cancellation"))
            .ShouldBeProblem(404, "not-found");

        var answer = (await Beta.ChangeAsync(order.Id, "cancellation")).ShouldBeProblem(404, "not-found");
        var conditional = await Beta.ChangeAsync(order.Id, "cancellation", ifMatch: "\"99\"");

        Assert.That(answer.Distinguishable(), Is.EqualTo(unknown.Distinguishable()));
        Assert.That(conditional.Distinguishable(), Is.EqualTo(unknown.Distinguishable()), "not 412");
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
    }

    [Test]
    public async Task A_change_of_an_order_that_does_not_exist_is_not_found()
    {
        foreach (var step in Lifecycle.Steps)
        {
            foreach (var role in step.Roles)
            {
                var unknown = Guid.Parse("01980000-0000-7000-8000-000000000000");
                (await Client(role).ChangeAsync(unknown, step.Action)).ShouldBeProblem(404, "not-found");
            }
        }
    }

    [TestCase("\"1\"")]
    [TestCase("*")]
    [TestCase("\"7\", \"1\"")]
    [TestCase("\"abc\",\"1\" , W/\"2\"")]
    public async Task A_change_on_the_version_that_the_caller_knows_is_made(string ifMatch)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        (await Alpha.ChangeAsync(order.Id, "cancellation", ifMatch: ifMatch)).Should(200);
    }

    [Test]
    public async Task Every_change_honours_If_Match()
    {
        foreach (var step in Lifecycle.Steps)
        {
            var order = await Service.OrderInAsync(step.From[0]);
            var client = Client(step.Roles[0]);

            var refused = (await client.ChangeAsync(order.Id, step.Action, ifMatch: $"\"{order.Version + 1}\""))
                .ShouldBeProblem(412, "precondition-failed");
            Assert.That(refused.Header("ETag"), Is.Null);
            Assert.That((await Crm.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body), step.Action);

            (await client.ChangeAsync(order.Id, step.Action, ifMatch: order.Header("ETag"))).Should(200);
        }
    }

    [Test]
    public async Task Of_two_changes_at_once_one_succeeds_and_nothing_is_lost()
    {
        for (var round = 0; round < 10; round++)
        {
            var order = await Service.OrderInAsync("PRICE_CALCULATED");

            var answers = await Task.WhenAll(
                Service.As(MesHost.Crm, 0).ChangeAsync(order.Id, "approval", ifMatch: "\"2\""),
                Service.As(MesHost.Alpha, 1).ChangeAsync(order.Id, "cancellation", ifMatch: "\"2\""));

            Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 412 }),
                string.Join('\n', answers.Select(a => a.Body)));
            var winner = answers.Single(answer => answer.Status == 200);
            Assert.That((await Crm.OrderAsync(order.Id)).Body, Is.EqualTo(winner.Body));
            Assert.That(await Crm.HistoryAsync(order.Id), Has.Length.EqualTo(3));
        }
    }
}
