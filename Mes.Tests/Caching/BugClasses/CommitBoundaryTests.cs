using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Orders.PriceOrder;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The put happens on the wrong side of the commit, or does not happen after it.</summary>
internal sealed class CommitBoundaryTests : BugClassTests
{
    /// <summary>
    /// The material of orders that cannot be changed: the database rolls the change back when it is about to commit.
    /// </summary>
    private const string Unchangeable = "unchangeable";

    [OneTimeSetUp]
    public Task HaveCommitsFailAsync() => World.ExecuteAsync($"""
        CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused at the commit'; END $$;
        CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER UPDATE ON orders DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.material = '{Unchangeable}') EXECUTE FUNCTION refuse_at_commit();
        """);

    [OneTimeTearDown]
    public Task HaveCommitsSucceedAsync() =>
        World?.ExecuteAsync("DROP TRIGGER refuse_at_commit ON orders; DROP FUNCTION refuse_at_commit")
            ?? Task.CompletedTask;

    [TestCase(true)]
    [TestCase(false)]
    public async Task Class_06_before_the_commit(bool cached)
    {
        var id = await ReaderRefillsBeforeTheCommitAsync(A, cached);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_06_with_the_put_inside_the_transaction_the_old_status_is_told()
    {
        await using var writer = await StartPuttingBeforeTheCommitAsync();

        var id = await ReaderRefillsBeforeTheCommitAsync(writer, cached: true);

        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_07_rollback_leak()
    {
        var id = await ChangeThatRollsBackAsync(A);

        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_07_with_the_put_inside_the_transaction_what_was_never_committed_is_told()
    {
        await using var writer = await StartPuttingBeforeTheCommitAsync();

        var id = await ChangeThatRollsBackAsync(writer);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_08_cancelled_after_the_commit()
    {
        var id = await SubmittedAsync();
        using var caller = new CancellationTokenSource();

        await HangUpAfterTheCommitAsync(id, caller);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_08_cancelled_after_the_commit_and_the_put_is_rejected()
    {
        var id = await SubmittedAsync();
        using var caller = new CancellationTokenSource();
        A.Seams.Put = call =>
        {
            A.Seams.Put = null;
            return World.FlushAsync().ContinueWith(_ => call.Proceed(), TaskScheduler.Default).Unwrap();
        };

        await HangUpAfterTheCommitAsync(id, caller);

        Assert.That(
            await World.Redis.KeyExistsAsync(A.EntryKey(id)), Is.True,
            "the writer refreshed the order although its caller had gone");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_08_with_the_put_on_the_callers_token_the_old_status_is_told()
    {
        var id = await SubmittedAsync();
        using var caller = new CancellationTokenSource();
        A.Seams.Put = call => caller.IsCancellationRequested
            ? Task.FromCanceled<PutResult>(caller.Token)
            : call.Proceed();

        Assert.That(
            async () => await HangUpAfterTheCommitAsync(id, caller), Throws.InstanceOf<OperationCanceledException>());

        await EverybodySeesAsync(id, 1);
    }

    /// <summary>
    /// The writer is about to commit · the entry is evicted, and a reader fills in version 1 again · the writer commits
    /// version 2.
    /// </summary>
    private async Task<Guid> ReaderRefillsBeforeTheCommitAsync(Instance writer, bool cached)
    {
        var id = await SubmittedAsync(cached);
        var stop = writer.Seams.StopAt(Seam.BeforeCommit, id);
        var pricing = writer.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();

        await World.Redis.KeyDeleteAsync(A.EntryKey(id));
        Assert.That(await B.VersionSeenAsync(id), Is.EqualTo(1), "nothing is committed yet");

        stop.Release();
        Assert.That((await pricing).Version, Is.EqualTo(2));
        return id;
    }

    private async Task<Guid> ChangeThatRollsBackAsync(Instance writer)
    {
        var id = Commands.NewOrderId();
        await A.ChangeAsync(Commands.Submit(id, Unchangeable));
        Assert.That(async () => await writer.SendAsync(Commands.Price(id)), Throws.Exception,
            "the commit fails, as the test needs it to");
        return id;
    }

    private async Task HangUpAfterTheCommitAsync(Guid id, CancellationTokenSource caller)
    {
        A.Seams.Commit = async commit =>
        {
            var outcome = await commit();
            await caller.CancelAsync();
            return outcome;
        };
        await A.SendAsync(Commands.Price(id), caller.Token);
    }

    /// <summary>
    /// Starts an instance whose command behaviours are in the wrong order: write-through inside the unit of work.
    /// </summary>
    private Task<Instance> StartPuttingBeforeTheCommitAsync() => World.StartInstanceAsync(new InstanceSettings
    {
        Services = services =>
        {
            var writeThrough = services.Single(
                descriptor => descriptor.ImplementationType == typeof(WriteThroughBehavior<PriceOrder>));
            var unitOfWork = services.Single(descriptor =>
                descriptor.ImplementationType == typeof(UnitOfWorkBehavior<PriceOrder, Result<StatusChange>>));
            services.Remove(writeThrough);
            services.Insert(services.IndexOf(unitOfWork) + 1, writeThrough);
            Assert.That(
                writeThrough.ServiceType, Is.EqualTo(typeof(IPipelineBehavior<PriceOrder, Result<StatusChange>>)));
        },
    });
}
