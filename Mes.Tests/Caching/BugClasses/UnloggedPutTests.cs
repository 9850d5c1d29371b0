using System.Data.Common;
using Mes.Application.Messaging;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// An instance with near copies beside one of the version before, whose puts do not write the change log. The layout
/// of the epoch keeps them apart.
/// </summary>
[Category("Servers")]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnloggedPutTests
{
    private const int Changes = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<IAsyncDisposable> _parts = [];
    private TestDatabase _database = null!;
    private TestRedisServer _redis = null!;
    private RedisWire _wire = null!;

    [SetUp]
    public async Task StartAsync()
    {
        TestServers.RequireRedisProgram();
        _database = Keep(await CacheWorld.CreateDatabaseAsync());
        _redis = Keep(await TestRedisServer.StartAsync());
        _wire = Keep(new RedisWire(_redis.Port) { Rewrite = LogElsewhere });
    }

    [TearDown]
    public Task EndAsync()
    {
        _parts.Reverse();
        return Parts.EndAsync([.. _parts]);
    }

    [Test]
    public async Task Class_33_beside_a_version_whose_puts_are_not_logged_no_old_status_is_told()
    {
        var older = await StartOlderAsync(CacheLayout.Current - 1);
        var near = await StartNearAsync();
        var id = await CopiedAsync(near);
        await Eventually.IsTrue(
            async () => (await older.ReadReportedAsync(id)).Report.Detail == "other-layout",
            Patience,
            "the older instance has learned of the newer layout");

        for (var version = 2; version < 2 + Changes; version++)
        {
            await older.ChangeAsync(Next(id, version));
            await BothTellAsync(version);
            Assert.That((await near.UntilHitAsync(id)).Version, Is.EqualTo(version));

            await near.ChangeAsync(Next(id, ++version));
            await BothTellAsync(version);
        }

        async Task BothTellAsync(int version)
        {
            Assert.That(await near.VersionSeenAsync(id), Is.EqualTo(version));
            var (order, report) = await older.ReadReportedAsync(id);
            Assert.That((order!.Version, report.Detail), Is.EqualTo((version, "other-layout")));
        }
    }

    [Test]
    public async Task Class_33_where_that_version_shares_the_epoch_the_old_status_is_told()
    {
        // A copy that has not been verified for a moment is read again. For this clock, no such moment passes.
        var near = await StartNearAsync(new SteppedClock());
        var older = await StartOlderAsync(CacheLayout.Current);
        var id = await CopiedAsync(near);

        await older.ChangeAsync(Next(id, 2));

        Assert.That((await near.HitAsync(id)).Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Class_33_while_an_instance_with_copies_replaces_that_version_no_old_status_is_told()
    {
        var older = await StartOlderAsync(CacheLayout.Current - 1);
        var id = Commands.NewOrderId();
        await older.ChangeAsync(Commands.Submit(id));
        Assert.That((await older.HitAsync(id)).Version, Is.EqualTo(1), "it uses the epoch of its own layout");

        // Instances of both versions change the order until the epoch of the newer layout has long been in use.
        var starting = StartNearAsync();
        var version = 2;
        while (!starting.IsCompleted)
        {
            await older.ChangeAsync(Next(id, version));
            Assert.That(await older.VersionSeenAsync(id), Is.EqualTo(version++));
        }

        var near = await starting;
        for (var last = version + Changes; version < last; version++)
        {
            Assert.That((await near.UntilHitAsync(id)).Version, Is.EqualTo(version - 1));
            await older.ChangeAsync(Next(id, version));
            Assert.That(await near.VersionSeenAsync(id), Is.EqualTo(version));
            Assert.That(await older.VersionSeenAsync(id), Is.EqualTo(version));
        }
    }

    /// <summary>The command that brings the order into this version.</summary>
    private static IOrderCommand Next(Guid id, int version) => version switch
    {
        2 => Commands.Price(id),
        3 => Commands.Approve(id),
        _ => version % 2 == 0 ? Commands.Claim(id) : Commands.Release(id),
    };

    /// <summary>An order in version 1, of which the instance has a copy.</summary>
    private static async Task<Guid> CopiedAsync(Instance near)
    {
        var id = Commands.NewOrderId();
        await near.ChangeAsync(Commands.Submit(id));
        await near.HitAsync(id);
        await near.HitAsync(id);
        return id;
    }

    /// <summary>What is written under the key of the change log is written under another, as if not at all.</summary>
    private static void LogElsewhere(Span<byte> bytes)
    {
        for (int at, from = 0; (at = bytes[from..].IndexOf(":c:\r\n"u8)) >= 0; from += at + 1)
        {
            bytes[from + at + 1] = (byte)'C';
        }
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private async Task<Instance> StartNearAsync(TimeProvider? clock = null) => Keep(await Instance.StartAsync(
        _database.ConnectionString,
        _redis.ConnectionString,
        new InstanceSettings { HasNearCopies = true, RelayHeld = false, Clock = clock ?? TimeProvider.System }));

    /// <summary>Starts an instance with this layout, whose puts are not logged.</summary>
    private async Task<Instance> StartOlderAsync(int layout) => Keep(await Instance.StartAsync(
        _database.ConnectionString,
        _wire.ConnectionString,
        new InstanceSettings
        {
            RelayHeld = false,
            Clock = TimeProvider.System,
            Services = services => services.ConfigureDbContext<MesDbContext>(
                options => options.AddInterceptors(new OtherLayout(layout))),
        }));

    /// <summary>Changes the layout that the statements of an instance name.</summary>
    private sealed class OtherLayout(int layout) : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            // What the database calls this layout is the current one to the instance.
            Replace(command, "c.layout AS \"Layout\"", $"c.layout + {CacheLayout.Current - layout} AS \"Layout\"");
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
        {
            foreach (var comparison in new[] { "=", "<", "<=" })
            {
                Replace(command, $"layout {comparison} {CacheLayout.Current}", $"layout {comparison} {layout}");
            }

            return new(result);
        }

        private static void Replace(DbCommand command, string text, string instead) =>
            command.CommandText = command.CommandText.Replace(text, instead, StringComparison.Ordinal);
    }
}
