using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Operators are paid for the orders that they claim, so exactly one claim may win.</summary>
public sealed class ClaimTests(TestEngines engines) : HttpTest(engines)
{
    [Test]
    public async Task The_winner_repeating_the_claim_gets_the_same_answer_and_changes_nothing()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");
        var won = (await Anna.ChangeAsync(order.Id, "claim")).Should(200);

        for (var repetition = 0; repetition < 4; repetition++)
        {
            var again = (await Anna.ChangeAsync(order.Id, "claim")).Should(200);
            Assert.That(again.Body, Is.EqualTo(won.Body));
            Assert.That(again.Header("ETag"), Is.EqualTo(won.Header("ETag")));
        }

        Assert.That(won.Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"));
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(won.Body));
        Assert.That(await Alpha.HistoryAsync(order.Id), Has.Length.EqualTo(won.Version));
    }

    [TestCase("claim")]
    [TestCase("completion")]
    [TestCase("release")]
    public async Task A_late_claim_is_told_who_has_the_order(string action)
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");

        var lost = (await Boris.ChangeAsync(order.Id, action)).ShouldBeProblem(409, "already-claimed");

        Assert.That(lost.Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"));
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
        Assert.That(await Alpha.HistoryAsync(order.Id), Has.Length.EqualTo(order.Version));
    }

    [Test]
    public async Task A_repeated_claim_with_an_old_version_is_refused()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");
        (await Anna.ChangeAsync(order.Id, "claim", ifMatch: $"\"{order.Version - 1}\""))
            .ShouldBeProblem(412, "precondition-failed");
        (await Anna.ChangeAsync(order.Id, "claim", ifMatch: $"\"{order.Version}\"")).Should(200);
    }

    [Test]
    public async Task A_claim_after_the_work_is_done_is_no_longer_possible()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_COMPLETED");
        (await Anna.ChangeAsync(order.Id, "claim")).ShouldBeProblem(409, "invalid-transition");
        (await Boris.ChangeAsync(order.Id, "claim")).ShouldBeProblem(409, "invalid-transition");
    }

    [TestCase(MesHost.Anna)]
    [TestCase(MesHost.Crm)]
    public async Task A_released_order_is_free_again(string key)
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");

        var released = (await Service.As(key).ChangeAsync(order.Id, "release")).Should(200);

        Assert.That(released.StatusName, Is.EqualTo("MANUFACTURING_APPROVED"));
        Assert.That(released.Json.GetProperty("operatorId").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        (await Anna.ChangeAsync(order.Id, "completion")).ShouldBeProblem(409, "invalid-transition");
        var claimed = (await Boris.ChangeAsync(order.Id, "claim")).Should(200);
        Assert.That(claimed.Json.GetProperty("operatorId").GetString(), Is.EqualTo("boris"));
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(claimed.Body));
    }

    [TestCase(2)]
    [TestCase(10)]
    public async Task Of_operators_who_claim_at_once_exactly_one_wins(int count)
    {
        List<(string Id, string Key)> operators = [];
        for (var i = 0; i < count; i++)
        {
            var (id, client) = await Service.NewOperatorAsync();
            operators.Add((id, client.Key!));
        }

        for (var round = 0; round < 5; round++)
        {
            var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");

            var answers = await Task.WhenAll(
                operators.Select(
                    async (who, i) => (who.Id, Answer: await Service.As(who.Key, i).ChangeAsync(order.Id, "claim"))));

            var winner = answers.Single(answer => answer.Answer.Status == 200);
            Assert.That(winner.Answer.Json.GetProperty("operatorId").GetString(), Is.EqualTo(winner.Id));
            Assert.That(winner.Answer.Version, Is.EqualTo(order.Version + 1));
            foreach (var (id, answer) in answers.Where(answer => answer.Id != winner.Id))
            {
                answer.ShouldBeProblem(409, "already-claimed");
                Assert.That(answer.Json.GetProperty("operatorId").GetString(), Is.EqualTo(winner.Id), id);
            }

            Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(winner.Answer.Body));
            Assert.That((await Alpha.HistoryAsync(order.Id))
                .Count(entry => entry.GetProperty("to").GetString() == "MANUFACTURING_STARTED"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_claim_sent_ten_times_at_once_by_one_operator_is_one_claim()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => Service.As(MesHost.Anna, i).ChangeAsync(order.Id, "claim")));

        Assert.That(answers.Select(answer => answer.Should(200).Body).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Alpha.HistoryAsync(order.Id), Has.Length.EqualTo(order.Version + 1));
    }
}
