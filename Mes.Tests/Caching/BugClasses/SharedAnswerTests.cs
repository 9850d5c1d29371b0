using System.Runtime.InteropServices;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Paging;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Requests that get the same copy share what was made of it, down to the bytes, with one cell and with several. A
/// change makes another answer, and what is a caller's own is not shared.
/// </summary>
[TestFixture(1)]
[TestFixture(4)]
internal sealed class SharedAnswerTests(int cells) : IndexBugClassTests
{
    private static readonly Caller Beta = new(Role.Seller, "beta");

    protected override Task<CacheWorld> WorldAsync() => CacheWorld.StartAsync($"--Mes:Cache:Cells={cells}");

    [SetUp]
    public Task FlushAsync() => World.FlushAsync();

    [Test]
    public async Task Nothing_is_made_anew_while_nothing_changes()
    {
        await using var maintainer = await StartMaintainerAsync();
        await SubmittedInEachCellAsync();

        var first = await AnswersAsync();

        Assert.That(first.Zip(await AnswersAsync(), ReferenceEquals), Is.All.True);
    }

    [Test]
    public async Task A_change_in_any_cell_makes_all_answers_anew()
    {
        await using var maintainer = await StartMaintainerAsync();
        foreach (var id in await SubmittedInEachCellAsync())
        {
            var before = await AnswersAsync();

            await A.ChangeAsync(Commands.Price(id));

            var after = await AnswersAsync();
            Assert.That(before.Zip(after, ReferenceEquals), Is.All.False);
            Assert.That(await FoundAsync(B, id), Is.EqualTo(Everywhere(OrderStatus.PriceCalculated, 2)));
            Assert.That(after.Zip(await AnswersAsync(), ReferenceEquals), Is.All.True);
        }
    }

    [Test]
    public async Task Callers_that_may_see_the_same_share_it_but_not_the_cursor()
    {
        await using var maintainer = await StartMaintainerAsync();
        await SubmittedAsync();
        await SubmittedAsync();
        var ofSeller = Commands.List(1);
        var ofService = ofSeller with { Caller = Commands.Crm, SellerId = Commands.Alpha.Id };
        var cursors = B.Host.Services.GetRequiredService<ICursorProtector>();

        var seller = await B.HitAsync(ofSeller);
        var service = await B.HitAsync(ofService);
        var crm = await B.HitAsync(Column(OrderStatus.Submitted) with { Limit = 1 });
        var anna = await B.HitAsync(Column(OrderStatus.Submitted) with { Limit = 1, Caller = Commands.Anna });

        Assert.Multiple(() =>
        {
            Assert.That(Bytes(service.SharedJson), Is.SameAs(Bytes(seller.SharedJson)));
            Assert.That(cursors.Unprotect(service.Next!, ofService.CursorScope), Is.Not.Null);
            Assert.That(cursors.Unprotect(service.Next!, ofSeller.CursorScope), Is.Null);
            Assert.That(cursors.Unprotect(seller.Next!, ofSeller.CursorScope), Is.Not.Null);
            Assert.That(Bytes(anna.SharedJson), Is.SameAs(Bytes(crm.SharedJson)));
            Assert.That(anna.Next, Is.Not.Null.And.Not.EqualTo(crm.Next));
        });
    }

    [Test]
    public async Task Class_20_a_seller_shares_nothing_with_another_seller()
    {
        await using var maintainer = await StartMaintainerAsync();
        await SubmittedAsync();
        var own = new SubmitOrder(
            Commands.NewOrderId(), Beta, "PO-1", new SubmittedModel("part.stl", new string('b', 64), 1), "PLA", 1, null,
            null);
        await A.ChangeAsync(own);
        await maintainer.UntilHitAsync(Commands.List() with { Caller = Beta });

        var alpha = await B.HitAsync(Commands.List());
        var beta = await B.HitAsync(Commands.List() with { Caller = Beta });

        Assert.That(beta.Items.Select(order => order.Id), Is.EqualTo(new[] { own.OrderId }));
        Assert.That(Bytes(beta.SharedJson), Is.Not.SameAs(Bytes(alpha.SharedJson)));
    }

    /// <returns>The bytes that B shares of the board, of a column and of a list.</returns>
    private async Task<byte[][]> AnswersAsync()
    {
        var board = await B.HitAsync(Board());
        var column = await B.HitAsync(Column(OrderStatus.Submitted));
        var list = await B.HitAsync(Commands.List());
        return [Bytes(board.SharedJson), Bytes(column.SharedJson), Bytes(list.SharedJson)];
    }

    /// <summary>The object itself, to be compared by reference.</summary>
    private static byte[] Bytes(ReadOnlyMemory<byte> json) =>
        MemoryMarshal.TryGetArray(json, out var segment)
            ? segment.Array!
            : throw new InvalidOperationException("The bytes are not in an array.");

    private async Task<Guid[]> SubmittedInEachCellAsync()
    {
        var map = new Cells(cells);
        var ids = new Guid[cells];
        for (var cell = 0; cell < cells; cell++)
        {
            ids[cell] = Commands.NewOrderIn(map, cell);
            await A.ChangeAsync(Commands.Submit(ids[cell]));
        }

        return ids;
    }
}
