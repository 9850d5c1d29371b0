using System.Text.Json.Nodes;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Webhooks;
using Mes.Tests.Caching.Support;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Webhooks;

/// <summary>
/// How instances share deliveries, on each database: the test claims in the place of an instance that is then killed.
/// </summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WebhookClaimTests(TestEngines engines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TestDatabase? _database;
    private MesHost _host = null!;
    private Receiver _receiver = null!;
    private OrdersClient _seller = null!;

    [SetUp]
    public async Task StartAsync()
    {
        string[] off = ["--Mes:Cache:Enabled=false"];
        static void Configure(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) =>
            builder.Services.DoNotStart<WebhookDispatcher>();
        if (engines == TestEngines.PostgresAndRedis)
        {
            _database = await TestDatabase.CreateAsync();
            _host = await MesHost.StartAsync(_database.ConnectionString, "127.0.0.1:1", off, Configure);
        }
        else
        {
            _host = await MesHost.StartEmbeddedAsync(off, Configure);
        }

        _receiver = await Receiver.StartAsync();
        _seller = new OrdersClient(() => _host, MesHost.Alpha);
        (await _seller.PostAsync("webhooks", new JsonObject { ["url"] = _receiver.Url })).Should(201);
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_receiver, _host, _database);

    [Test]
    public async Task A_claim_keeps_others_off_and_ends_by_itself_within_thirty_seconds()
    {
        (await _seller.SubmitAsync()).Should(201);
        var claimed = await UntilClaimedAsync(1);
        Assert.That(await ClaimAsync(), Is.Empty);

        // The instance that claimed is killed: nothing is noted. What another finds in 30 s, it finds now.
        await ShiftAsync(TimeSpan.FromSeconds(30));

        var again = await ClaimAsync();
        Assert.That(again.Select(one => one.Delivery.EventId), Is.EqualTo(claimed.Select(one => one.Delivery.EventId)));
        Assert.That(again[0].Lane.Claim, Is.Not.EqualTo(claimed[0].Lane.Claim));
    }

    [Test]
    public async Task A_claim_from_before_the_databases_clock_was_set_back_is_given_up()
    {
        (await _seller.SubmitAsync()).Should(201);
        await UntilClaimedAsync(1);
        await ShiftAsync(TimeSpan.FromHours(-1));

        await using (var context = await ContextAsync())
        {
            await Claims.FreeStrandedAsync(context, CancellationToken.None);
        }

        Assert.That(await ClaimAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_order_has_one_delivery_under_way_and_a_webhook_a_bounded_number()
    {
        for (var i = 0; i < 20; i++)
        {
            var order = (await _seller.SubmitAsync()).Should(201);
            (await new OrdersClient(() => _host, MesHost.Crm).ChangeAsync(order.Id, "price")).Should(200);
        }

        await Eventually.IsTrue(
            async () =>
            {
                await using var context = await ContextAsync();
                return await context.WebhookDeliveries.CountAsync() == 40;
            },
            Limit, "all deliveries are made");

        var claimed = await ClaimAsync();

        Assert.That(claimed, Has.Count.EqualTo(16));
        Assert.That(claimed.Select(one => one.Delivery.Lane), Is.Unique);
        Assert.That(claimed.Select(one => one.Delivery.Version), Is.All.EqualTo(1));
        Assert.That(await ClaimAsync(), Is.Empty, "the webhook has as many under way as it may");

        await RecordAsync(claimed[0]);
        var next = await ClaimAsync();
        Assert.That(next, Has.Count.EqualTo(1), "one place is free");
    }

    [Test]
    public async Task What_is_added_while_the_last_delivery_of_an_order_ends_is_not_forgotten()
    {
        var order = (await _seller.SubmitAsync()).Should(201);
        var first = await UntilClaimedAsync(1);
        (await new OrdersClient(() => _host, MesHost.Crm).ChangeAsync(order.Id, "price")).Should(200);
        await Eventually.IsTrue(
            async () =>
            {
                await using var context = await ContextAsync();
                return await context.WebhookDeliveries.CountAsync() == 2;
            },
            Limit, "the second delivery is made");

        await RecordAsync(first[0]);

        Assert.That((await ClaimAsync()).Single().Delivery.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task After_thirty_days_the_log_is_deleted_and_what_waits_is_not()
    {
        (await _seller.SubmitAsync()).Should(201);
        (await _seller.SubmitAsync()).Should(201);
        await RecordAsync((await UntilClaimedAsync(2))[0]);
        var cleaner = _host.Services.GetRequiredService<WebhookLogCleaner>();
        Assert.That(await cleaner.CleanAsync(CancellationToken.None), Is.Zero);

        var old = Engine.ToColumn(TimeProvider.System.GetUtcNow().AddDays(-31));
        await ExecuteAsync("UPDATE webhook_attempts SET at = {0}", old);
        await ExecuteAsync("UPDATE webhook_deliveries SET state_at = {0}", old);

        Assert.That(await cleaner.CleanAsync(CancellationToken.None), Is.EqualTo(2), "an attempt and its delivery");
        await using var context = await ContextAsync();
        Assert.That(await context.WebhookDeliveries.Select(one => one.State).SingleAsync(), Is.EqualTo("waiting"));
    }

    private DeliveryClaims Claims => _host.Services.GetRequiredService<DeliveryClaims>();

    private IDatabaseEngine Engine => _host.Services.GetRequiredService<IDatabaseEngine>();

    private async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync()
    {
        await using var context = await ContextAsync();
        return await Claims.ClaimAsync(context, CancellationToken.None);
    }

    private async Task<List<ClaimedDelivery>> UntilClaimedAsync(int count)
    {
        List<ClaimedDelivery> claimed = [];
        await Eventually.IsTrue(
            async () =>
            {
                claimed.AddRange(await ClaimAsync());
                return claimed.Count >= count;
            },
            Limit, $"{count} deliveries are due");
        return claimed;
    }

    private async Task RecordAsync(ClaimedDelivery claimed)
    {
        await using var context = await ContextAsync();
        await Claims.RecordAsync(
            context, claimed, new AttemptOutcome(null, 200, null), claimed.Now, TimeSpan.Zero, null,
            CancellationToken.None);
    }

    /// <summary>Moves the times of claims as if the database's clock had moved on by so much.</summary>
    private async Task ShiftAsync(TimeSpan time)
    {
        await using var context = await ContextAsync();
        var lanes = await context.WebhookLanes.AsNoTracking().ToListAsync();
        foreach (var lane in lanes)
        {
            await context.Database.ExecuteSqlRawAsync(
                "UPDATE webhook_lanes SET due_at = {0} WHERE lane = {1}",
                Engine.ToColumn(lane.DueAt - time),
                lane.Lane);
        }
    }

    private async Task ExecuteAsync(string sql, object parameter)
    {
        await using var context = await ContextAsync();
        await context.Database.ExecuteSqlRawAsync(sql, parameter);
    }

    private Task<MesDbContext> ContextAsync() =>
        _host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
}
