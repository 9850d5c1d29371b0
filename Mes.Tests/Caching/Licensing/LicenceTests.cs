using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.BugClasses;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// Tests in which licences are given, withheld or left to lapse. They use instances of their own, whose clocks stand
/// still until the test lets time pass. What these instances left in the database is gone when the next test starts.
/// </summary>
internal abstract class LicenceTests : BugClassTests
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly List<IAsyncDisposable> _parts = [];

    [TearDown]
    public async Task EndPartsAsync()
    {
        _parts.Reverse();
        await Parts.EndAsync([.. _parts]);
        _parts.Clear();
        await World.ExecuteAsync(
            "DROP TRIGGER IF EXISTS stay_young ON outage_marks; DELETE FROM outbox; DELETE FROM outage_marks");
        await A.PollAsync();
        await B.PollAsync();
    }

    /// <summary>Disposes of a part when the test ends.</summary>
    protected T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>Starts an instance that ends with the test.</summary>
    protected async Task<Instance> StartAsync(InstanceSettings settings) =>
        Keep(await World.StartInstanceAsync(settings));

    /// <summary>Starts an instance none of whose puts succeeds. Everything else of it works.</summary>
    protected async Task<Writer> StartWriterWithoutPutsAsync()
    {
        var clock = new SteppedClock();
        var looks = new OutboxLooks();
        var instance = await StartAsync(new InstanceSettings
        {
            Clock = clock,
            Services = services =>
            {
                looks.AddTo(services);

                // The instance does reach its Redis, and would remove an outage mark of its own again.
                services.DoNotStart<OutageMarks>();
            },
        });
        instance.Seams.Put = _ => Task.FromResult(PutResult.Failed);
        return new Writer(instance, clock, looks);
    }

    /// <summary>Marks the order's change overdue, as an instance that could not put it would do.</summary>
    protected async Task MarkOverdueAsync(Guid id)
    {
        await IsSweptAsync(id);
        await World.ExecuteAsync($"""
            INSERT INTO outbox (order_id, version, tags, created_at, due_at, overdue_at, attempts)
            SELECT id, version, 'orders', clock_timestamp(), clock_timestamp(), clock_timestamp(), 0 FROM orders WHERE id = '{id:D}'
            """);
    }

    /// <summary>
    /// Keeps outage marks from coming of age in this test. The database's clock tells their age, and it goes on while
    /// this process stands still.
    /// </summary>
    protected Task KeepOutageMarksYoungAsync() => World.ExecuteAsync("""
        CREATE OR REPLACE FUNCTION stay_young() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN NEW.set_at := clock_timestamp() + interval '1 minute'; RETURN NEW; END $$;
        CREATE TRIGGER stay_young BEFORE INSERT OR UPDATE ON outage_marks FOR EACH ROW EXECUTE FUNCTION stay_young();
        """);

    /// <summary>
    /// Waits until the rows of the order's changes so far are deleted, and no sweeper is about to delete one of the
    /// same version.
    /// </summary>
    protected Task IsSweptAsync(Guid id) =>
        Eventually.IsTrue(
            async () => await World.OutboxRowsAsync(id) == 0, Limit, "the rows of the order's changes are deleted");

    /// <summary>
    /// A peer's relay takes what is due. It tries more than once, because two reads of the database's clock may differ
    /// by a moment, even backwards.
    /// </summary>
    protected Task TakenByAsync(Instance peer, Guid id) => Eventually.IsTrue(
        async () =>
        {
            await peer.RelayAsync();
            return await World.OutboxRowsAsync(id) == 0;
        },
        Limit,
        "a peer takes the order's rows");

    /// <summary>Asserts what the instances tell under new licences, after the earlier ones have run out.</summary>
    protected async Task EverybodySeesUnderNewLicencesAsync(Guid id, int version)
    {
        await A.PollAsync();
        await B.PollAsync();
        await EverybodySeesAsync(id, version);
    }

    /// <summary>
    /// How the cache takes part in a read at this instance, after the instance has asked for a licence.
    /// </summary>
    protected static async Task<CacheReport> ReportAsync(Instance instance, Guid id)
    {
        await instance.PollAsync();
        return (await instance.ReadReportedAsync(id)).Report;
    }

    protected static async Task IsAHitAsync(Instance instance, Guid id, string because) => await Hits.GetAsync(
        async () =>
        {
            await instance.PollAsync();
            return await instance.ReadReportedAsync(id);
        },
        because);

    protected static async Task IsLeftOutAsync(Instance instance, Guid id, string because)
    {
        var report = await ReportAsync(instance, id);
        Assert.That((report.Outcome, report.Detail), Is.EqualTo((CacheOutcome.Bypass, "no-licence")), because);
    }

    /// <param name="Clock">The instance's own clock.</param>
    /// <param name="Looks">How often the instance looks at the rows of changes that it could not put.</param>
    protected sealed record Writer(Instance Instance, SteppedClock Clock, OutboxLooks Looks)
    {
        /// <summary>Changes an order. The put fails, and the change waits for the relays.</summary>
        /// <returns>A task that completes when the change is acknowledged.</returns>
        public async Task<Task<Order>> ChangeAsync(IOrderCommand command)
        {
            var changing = Instance.ChangeAsync(command);
            await Looks.AgainAsync();
            Assert.That(changing.IsCompleted, Is.False,
                "no change is acknowledged while other instances can still tell the old version");
            return changing;
        }
    }
}
