using MediatR;
using Mes.Api;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Startup;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

/// <summary>
/// The tags of a change are determined in two places. The writer's put gives them new stamps, and the database's
/// trigger writes them into the outbox row from which the relay repairs. A tag that is missing in one of them leaves an
/// old answer in the cache, either after a crash or always.
/// </summary>
internal abstract class TagAgreementTests
{
    private static readonly Caller Alpha = new(Role.Seller, "alpha");
    private static readonly Caller Anna = new(Role.Operator, "anna");
    private static readonly Caller Crm = new(Role.Service, "crm");
    private static readonly EntityTagCondition Any = EntityTagCondition.None;

    private ServiceProvider? _provider;

    private ServiceProvider Services => _provider ?? throw new InvalidOperationException("Not started.");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // Without a cache, no relay deletes the rows, so the test can read them.
        var builder = MesApplication.CreateBuilder(
            ["--environment=Development", "--Mes:Cache:Enabled=false", await DatabaseSettingAsync()]);
        _provider = builder.Services.BuildServiceProvider();
        await _provider.GetRequiredService<SchemaMigrator>().MigrateAsync(CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        await CleanUpAsync();
    }

    [Test]
    public async Task Every_change_leaves_the_tags_that_its_put_renews()
    {
        foreach (var steps in Lifecycle.Steps.Select(step => Lifecycle.WayTo(step.From[0]).Append(step))
            .Append(Lifecycle.Tour))
        {
            var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            var commands = steps.Select(step => OrderCommands.Make(step.Action, id, CallerOf(step)));
            foreach (var command in commands.Prepend(Submit(id, $"{id}")))
            {
                var change = await SendAsync(command);
                Assert.That(await DifferenceAsync(change), Is.Empty, command.ToString());
            }
        }
    }

    [Test]
    public async Task A_repeated_claim_leaves_no_row()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await SendAsync(Submit(id, "repeated"));
        foreach (var step in Lifecycle.WayTo("MANUFACTURING_STARTED"))
        {
            await SendAsync(OrderCommands.Make(step.Action, id, CallerOf(step)));
        }

        var repeated = await SendAsync(new ClaimOrder(id, Anna, Any));

        Assert.That(repeated.Changed, Is.False);
        Assert.That(await AskAsync(context => context.Outbox.Where(row => row.OrderId == id).Select(row => row.Version)
            .ToListAsync()), Is.EquivalentTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task A_change_by_hand_leaves_the_tags_of_the_status_before_and_behind_it()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await SendAsync(Submit(id, "by hand"));

        await AskAsync(context => context.Orders.Where(order => order.Id == id)
            .ExecuteUpdateAsync(order => order.SetProperty(o => o.Status, OrderStatus.Rejected)));

        Assert.That(
            await TagsAsync(id, version: 2),
            Is.EquivalentTo(
                new[] { $"order:{id:D}", "seller:alpha", "status:REJECTED", "status:SUBMITTED", "orders" }));
    }

    [TestCase(" orders")]
    [TestCase(" seller:alpha")]
    [TestCase(" status:SUBMITTED")]
    public async Task A_trigger_that_forgets_a_tag_is_caught(string tag)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await SendAsync(Submit(id, $"forgets{tag}"));
        var change = await SendAsync(new CancelOrder(id, Alpha, Any, "a mistake"));

        await AskAsync(context => context.Database.ExecuteSqlAsync(
            $"UPDATE outbox SET tags = replace(tags, {tag}, '') WHERE order_id = {id} AND version = 2"));

        Assert.That(await DifferenceAsync(change), Is.EqualTo(new[] { tag.Trim() }));
    }

    /// <summary>The setting that leads the service to the test's own database.</summary>
    protected abstract Task<string> DatabaseSettingAsync();

    protected abstract Task CleanUpAsync();

    private static Caller CallerOf(Lifecycle.Step step) =>
        step.Roles[0] switch { "seller" => Alpha, "operator" => Anna, _ => Crm };

    private static SubmitOrder Submit(Guid id, string externalId) =>
        new(id, Alpha, externalId, new SubmittedModel("part.stl", new string('a', 64), 1200), "PLA", 1, null, null);

    private async Task<StatusChange> SendAsync(IOrderCommand command)
    {
        await using var scope = Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command);
        Assert.That(result.Error, Is.Null, command.ToString());
        return result.Value;
    }

    /// <summary>The tags that only one of the two has, or has twice.</summary>
    private async Task<IReadOnlyList<string>> DifferenceAsync(StatusChange change)
    {
        var tags = CacheTags.Of(change);
        var row = await TagsAsync(change.Order.Id, change.Order.Version);
        return
        [
            .. tags.Except(row), .. row.Except(tags),
            .. row.GroupBy(tag => tag).Where(same => same.Count() > 1).Select(same => same.Key),
            .. tags.GroupBy(tag => tag).Where(same => same.Count() > 1).Select(same => same.Key),
        ];
    }

    private async Task<string[]> TagsAsync(Guid orderId, int version)
    {
        var tags = await AskAsync(
            context => context.Outbox.Where(row => row.OrderId == orderId && row.Version == version)
                .Select(row => row.Tags).SingleAsync());
        return tags.Split(' ');
    }

    private async Task<T> AskAsync<T>(Func<MesDbContext, Task<T>> ask)
    {
        await using var context =
            await Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        return await ask(context);
    }
}
