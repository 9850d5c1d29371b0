using Mes.Application.Messaging;
using Mes.Application.Orders.SubmitOrder;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>A submission is sent again, at another instance, while or after the first instance works on it.</summary>
internal sealed class IdempotencyTests : BugClassTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task An_instance_that_dies_between_commit_and_answer_leaves_the_order_with_its_key()
    {
        var key = Commands.NewOrderId();
        var id = Commands.NewOrderId();
        var stop = A.Seams.StopAt(Seam.AfterCommit, id);
        _ = A.SendAsync(Keyed(id, key));
        await stop.ReachedAsync();

        var again = await B.SendAsync(Keyed(Commands.NewOrderId(), key));

        Assert.That((again.Value.Order.Id, again.Value.Order.Version, again.Value.Changed), Is.EqualTo((id, 1, false)));
        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task An_instance_that_dies_before_the_commit_leaves_neither_order_nor_key()
    {
        var key = Commands.NewOrderId();
        var stop = A.Seams.StopAt(Seam.BeforeCommit, Guid.Empty);
        var first = A.SendAsync(Keyed(Commands.NewOrderId(), key));
        await stop.ReachedAsync();

        var id = Commands.NewOrderId();
        var again = await B.SendAsync(Keyed(id, key));

        Assert.That((again.Value.Order.Id, again.Value.Changed), Is.EqualTo((id, true)));
        stop.Release();
        await first; // Its commit must not pass for that of the next test.
    }

    /// <summary>
    /// A commits a price and stalls before its put · the seller sends the submission again at B, which tells it version
    /// 2.
    /// </summary>
    [Test]
    public async Task Class_30_a_version_that_is_told_by_a_repeated_submission_is_put_first()
    {
        var key = Commands.NewOrderId();
        var id = Commands.NewOrderId();
        await A.ChangeAsync(Keyed(id, key));
        var stop = A.Seams.StopAt(Seam.BeforePut, id);
        _ = A.SendAsync(Commands.Price(id));
        await stop.ReachedAsync();

        var again = await B.SendAsync(Keyed(Commands.NewOrderId(), key));

        Assert.That(again.Value.Order.Version, Is.EqualTo(2));
        await EverybodySeesAsync(id, 2);
        stop.Release();
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task A_key_that_another_transaction_is_using_is_in_progress_and_is_not_waited_for()
    {
        var key = Commands.NewOrderId();
        var id = Commands.NewOrderId();
        Task<Result<StatusChange>> first;
        await using (var connection = new NpgsqlConnection(World.Database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand(
                "LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            first = A.SendAsync(Keyed(id, key));
            await Eventually.IsTrue(() => IsWaitedForAsync(connection, transaction), Limit, "A waits for the table");

            var second = await B.SendAsync(Keyed(Commands.NewOrderId(), key));

            Assert.That(second.Error?.Code, Is.EqualTo("idempotency-in-progress"));
            Assert.That(first.IsCompleted, Is.False);
        }

        Assert.That((await first).Value.Changed, Is.True);
        Assert.That((await B.SendAsync(Keyed(Commands.NewOrderId(), key))).Value.Order.Id, Is.EqualTo(id));
    }

    [Test]
    public async Task Where_the_answer_to_the_commit_is_lost_the_order_is_still_made_once()
    {
        var key = Commands.NewOrderId();
        var id = Commands.NewOrderId();
        A.Seams.Commit = async commit =>
        {
            A.Seams.Commit = null;
            await commit();
            return Application.Persistence.CommitOutcome.Conflict;
        };

        // The handler runs again, as after a conflict, and finds the key of its own commit.
        var answer = await A.SendAsync(Keyed(id, key));

        Assert.That((answer.Value.Order.Id, answer.Value.Changed), Is.EqualTo((id, false)));
        await EverybodySeesAsync(id, 1);
    }

    private static IOrderCommand Keyed(Guid id, Guid key) => (SubmitOrder)Commands.Submit(id) with
    {
        ExternalId = $"keyed-{key:N}",
        IdempotencyKey = new IdempotencyKey($"{key:N}", new byte[] { 1, 2, 3 }),
    };

    private static async Task<bool> IsWaitedForAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        await using var waiting = new NpgsqlCommand(
            "SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass AND NOT granted",
            connection,
            transaction);
        return (long)(await waiting.ExecuteScalarAsync())! > 0;
    }
}
