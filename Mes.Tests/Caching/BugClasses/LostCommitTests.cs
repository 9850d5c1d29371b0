using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mes.Application.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The connection to the database breaks around the commit. The writer has a wire of its own.</summary>
internal sealed class LostCommitTests : BugClassTests
{
    private const string AnswerToAnUpdate = "UPDATE 1\0";
    private const string AnswerToAnInsert = "INSERT 0 1\0";

    private PostgresWire _wire = null!;
    private Instance _writer = null!;

    [SetUp]
    public async Task StartWriterAsync()
    {
        _wire = new PostgresWire(World.Database.ConnectionString);
        _writer = await World.StartInstanceAsync(new InstanceSettings
        {
            Postgres = _wire.ConnectionString,
            Clock = TimeProvider.System,
        });
    }

    [TearDown]
    public Task EndWriterAsync() => Parts.EndAsync(_writer, _wire);

    [Test]
    public async Task Class_21_commit_retried_after_its_answer_was_lost()
    {
        var id = await SubmittedAsync();
        _wire.CutAnswer(AnswerToAnUpdate);

        var order = await _writer.ChangeAsync(Commands.Price(id));

        Assert.That(_wire.Cuts, Is.EqualTo(1), "the answer is lost, as the test needs it to be");
        Assert.That(order.Version, Is.EqualTo(2));
        Assert.That(await World.HistoryRowsAsync(id), Is.EqualTo(2), "the change was made once");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_21_commit_retried_after_it_never_arrived()
    {
        var id = await SubmittedAsync();
        _wire.CutRequest("UPDATE orders");

        var order = await _writer.ChangeAsync(Commands.Price(id));

        Assert.That(_wire.Cuts, Is.EqualTo(1), "the commit is lost, as the test needs it to be");
        Assert.That(order.Version, Is.EqualTo(2));
        Assert.That(await World.HistoryRowsAsync(id), Is.EqualTo(2), "the change was made once");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_21_submission_retried_after_its_answer_was_lost()
    {
        var id = Commands.NewOrderId();
        _wire.CutAnswer(AnswerToAnInsert);

        var order = await _writer.ChangeAsync(Commands.Submit(id));

        Assert.That(_wire.Cuts, Is.EqualTo(1), "the answer is lost, as the test needs it to be");
        Assert.That(order.Id, Is.EqualTo(id));
        Assert.That(await World.HistoryRowsAsync(id), Is.EqualTo(1), "the change was made once");
        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_21_where_a_lost_answer_is_taken_for_a_failure_the_command_runs_into_itself()
    {
        var id = await SubmittedAsync();
        _wire.CutAnswer(AnswerToAnUpdate);
        _writer.Seams.Commit = async commit =>
        {
            // An execution strategy does this: it repeats a save that was committed, and finds that the version has
            // changed.
            await commit();
            _writer.Seams.Commit = null;
            return CommitOutcome.Conflict;
        };

        var result = await _writer.SendAsync(Commands.Price(id));

        Assert.That(result.Error?.Code, Is.EqualTo("invalid-transition"));
    }

    [Test]
    public async Task Class_22_commit_unknown()
    {
        var id = await SubmittedAsync();

        var (status, problem) = await PriceWithoutEverHearingAsync(id);

        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(problem, Is.EqualTo("/problems/dependency-unavailable"));
        await World.MakeDueAsync(id);
        await B.RelayAsync();
        await EverybodySeesAsync(id, 2);
        Assert.That(await World.HistoryRowsAsync(id), Is.EqualTo(2));

        _wire.IsDown = false;
        Assert.That(await _writer.VersionSeenAsync(id), Is.EqualTo(2));
        Assert.That((await _writer.SendAsync(Commands.Price(id))).Error?.Code, Is.EqualTo("invalid-transition"),
            "the change is already committed");
    }

    [Test]
    public async Task Class_22_without_the_outbox_row_the_old_status_is_told()
    {
        var id = await SubmittedAsync();

        await PriceWithoutEverHearingAsync(id);
        await World.ExecuteAsync($"DELETE FROM outbox WHERE order_id = '{id:D}'");
        await B.RelayAsync();

        await EverybodySeesAsync(id, 1);
    }

    /// <summary>The change is committed, its answer is lost, and so is the answer to every question about it.</summary>
    private async Task<(HttpStatusCode Status, string? ProblemType)> PriceWithoutEverHearingAsync(Guid id)
    {
        _wire.CutAnswer(AnswerToAnUpdate, stayDown: true);
        using var price = JsonContent.Create(new { amount = 12.5, currency = "EUR" });
        using var answer = await _writer.Host.SendAsync(
            HttpMethod.Post, $"/api/v1/orders/{id:D}/price", MesHost.Crm, price);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That(_wire.Cuts, Is.EqualTo(1), "the answer is lost, as the test needs it to be");
        Assert.That(await World.HistoryRowsAsync(id), Is.EqualTo(2), "the change is committed");
        return (answer.StatusCode, problem["type"]?.GetValue<string>());
    }
}
