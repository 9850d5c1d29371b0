using System.Reflection;
using FluentValidation;
using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Tests.Caching.Licensing;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Commands that declare tags of their own: once such a command is acknowledged, no answer that was stored under its
/// tags is a hit, whatever fails.
/// </summary>
internal sealed class OwnTagsTests : LicenceTests
{
    private const string Tag = "shift:7";
    private const string Key = "a report about a shift";

    [Test]
    public async Task A_command_on_an_order_renews_its_own_tags_before_it_is_acknowledged()
    {
        var instance = await StartAsync(WithColleagues());
        var id = await ApprovedAsync();
        await StoreAsync();

        await instance.ChangeAsync(new ClaimOnShift(id));

        Assert.That(await IsAHitAsync(), Is.False);
        await IsSweptAsync(id);
        await Eventually.IsTrue(async () => await RowsWithTagAsync() == 0, Limit,
            "the row with the command's own tags is deleted too");
    }

    [Test]
    public async Task Own_tags_of_a_command_on_an_order_whose_writer_dies_are_renewed_by_the_relay()
    {
        var instance = await StartAsync(WithColleagues());
        var id = await ApprovedAsync();
        await StoreAsync();
        var stop = instance.Seams.StopAt(Seam.BeforePut, id);
        _ = instance.SendAsync(new ClaimOnShift(id));
        await stop.ReachedAsync();
        Assert.That(await RowsWithTagAsync(), Is.EqualTo(1), "the row with the tags is committed with the change");

        await World.ExecuteAsync("UPDATE outbox SET due_at = clock_timestamp() - interval '1 second'");
        await Eventually.IsTrue(
            async () =>
            {
                await B.RelayAsync();
                return await RowsWithTagAsync() == 0;
            },
            Limit,
            "a peer's relay takes the row");

        Assert.That(await IsAHitAsync(), Is.False);
    }

    [Test]
    public async Task Own_tags_of_a_command_on_an_order_that_cannot_be_put_are_renewed_before_it_is_acknowledged()
    {
        var instance = await StartAsync(WithColleagues());
        instance.Seams.Put = _ => Task.FromResult(PutResult.Failed);
        var id = await ApprovedAsync();
        await StoreAsync();

        var claiming = instance.ChangeAsync(new ClaimOnShift(id));
        await Eventually.IsTrue(async () => await RowsWithTagAsync("overdue_at IS NOT NULL") == 1, Limit,
            "the row with the command's own tags is overdue as well");
        Assert.That(claiming.IsCompleted, Is.False);
        await TakenByAsync(B, id);
        await Eventually.IsTrue(
            async () =>
            {
                await B.RelayAsync();
                return claiming.IsCompletedSuccessfully;
            },
            Limit,
            "a peer's relay has taken both rows");

        Assert.That(await IsAHitAsync(), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_command_that_changed_nothing_is_acknowledged_when_its_tags_are_renewed(bool canRenew)
    {
        var instance = await StartAsync(WithColleagues(services =>
        {
            if (!canRenew)
            {
                services.Decorate<ITaggedCache>((inner, _) => new CannotRenew(inner));
            }
        }));
        await StoreAsync();

        // An earlier attempt of this command has committed, and could not renew its tags.
        await using var scope = instance.Host.Services.CreateAsyncScope();
        var repeating = scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RepeatsItself());
        if (!canRenew)
        {
            await Eventually.IsTrue(async () => await RowsWithTagAsync("overdue_at IS NOT NULL") == 1, Limit,
                "the command has an outbox row of its own (bug class 30)");
            Assert.That(repeating.IsCompleted, Is.False, "another instance may still answer with the old report");
            await Eventually.IsTrue(
                async () =>
                {
                    await B.RelayAsync();
                    return await RowsWithTagAsync() == 0;
                },
                Limit,
                "a peer's relay takes the row");
        }

        Assert.That((await repeating).IsSuccess);
        Assert.That(await IsAHitAsync(), Is.False);
    }

    private static Assembly Colleagues
    {
        get
        {
            var assembly = new Mock<Assembly>();
            assembly.Setup(a => a.GetTypes()).Returns(
                [typeof(ClaimOnShift), typeof(ClaimOnShiftHandler), typeof(RepeatsItself),
                    typeof(RepeatsItselfHandler)]);
            return assembly.Object;
        }
    }

    private static InstanceSettings WithColleagues(Action<IServiceCollection>? change = null) => new()
    {
        Clock = new SteppedClock(),
        Services = services =>
        {
            services
                .AddSingleton<IValidator<ClaimOnShift>, InlineValidator<ClaimOnShift>>()
                .AddSingleton<IValidator<RepeatsItself>, InlineValidator<RepeatsItself>>()
                .AddPipelines(Colleagues);
            change?.Invoke(services);
        },
    };

    private async Task StoreAsync()
    {
        await B.PollAsync();
        var stamps = (await B.TaggedCache.ReadAsync(Key, [Tag])).Stamps!;
        Assert.That(await B.TaggedCache.StoreAsync(Key, stamps, "old"u8.ToArray()), Is.True);
        Assert.That(await IsAHitAsync(), Is.True);
    }

    private async Task<bool> IsAHitAsync()
    {
        await B.PollAsync();
        return (await B.TaggedCache.ReadAsync(Key, [Tag])).Hit is not null;
    }

    private Task<long> RowsWithTagAsync(string where = "true") =>
        World.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE order_id IS NULL AND tags = '{Tag}' AND {where}");

    private sealed record ClaimOnShift(Guid OrderId) : IOrderCommand, ITagged
    {
        public Caller Caller => Commands.Anna;

        public IReadOnlyCollection<string> Tags => [Tag];
    }

    private sealed class ClaimOnShiftHandler(IOrderRepository orders, TimeProvider clock)
        : IRequestHandler<ClaimOnShift, Result<StatusChange>>
    {
        public Task<Result<StatusChange>> Handle(ClaimOnShift command, CancellationToken cancellationToken) =>
            orders.ChangeAsync(command, order => order.Claim(command.Caller, clock.GetUtcNow()), cancellationToken);
    }

    private sealed record RepeatsItself : ICommand<int>
    {
        public IReadOnlyCollection<string> Tags => [Tag];
    }

    private sealed class RepeatsItselfHandler : IRequestHandler<RepeatsItself, Result<int>>
    {
        public Task<Result<int>> Handle(RepeatsItself command, CancellationToken cancellationToken) =>
            Task.FromResult<Result<int>>(1);
    }

    private sealed class CannotRenew(ITaggedCache inner) : ITaggedCache
    {
        public ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags) =>
            inner.ReadAsync(key, tags);

        public ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value) =>
            inner.StoreAsync(key, stamps, value);

        public ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags) => new(false);
    }
}
