using System.Text;
using System.Text.Json;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Tags;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Paging;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

/// <summary>
/// The exact bytes that instances of several versions share in Redis, and that clients keep (bug classes 18, 43).
/// Another version must either write the same bytes or refuse these.
/// </summary>
[Category("Unit")]
internal sealed class GoldenBytesTests
{
    private const string Scope = "orders\nseller:alpha";

    private static readonly string Entry = OneLine(
        "MES 3 4 557 alpha MANUFACTURING_STARTED 1769860800000 0 0 94920183 49e467f7",
        """
        {"id":"019c13e5-7a00-7000-8000-000000000001",
        "sellerId":"alpha","externalId":"PO-1","model":{"fileName":"bracket.stl",
        "sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "polygonCount":1200},"material":"PLA","quantity":3,"dueAt":"2026-02-07T12:00:00.000Z",
        "notes":"as light as possible","price":{"amount":12.50,"currency":"EUR"},
        "operatorId":"anna","shipment":null,"status":"MANUFACTURING_STARTED","version":4,
        "createdAt":"2026-01-31T12:00:00.000Z","statusChangedAt":"2026-01-31T12:00:00.000Z",
        "updatedAt":"2026-01-31T12:00:00.000Z"}
        """);

    private static readonly string Answer = OneLine(
        "0123456789abcdef0123456789abcdef fedcba9876543210fedcba9876543210 177456fb",
        """
        {"days":[{"date":"2026-01-31","entered":{"SUBMITTED":3}}],
        "timeInStatus":{"SUBMITTED":{"orders":2,"medianSeconds":1.5,"p90Seconds":null}}}
        """);

    [Test]
    public void An_entry_of_layout_3() => Assert.Multiple(() =>
    {
        const string Changed = "Raise EntryCodec.Layout, pin the new bytes here, and keep these as refused below.";
        var order = Given.Snapshot(OrderStatus.ManufacturingStarted);
        Assert.That(EntryCodec.Layout, Is.EqualTo(3), Changed);
        Assert.That(Encoding.UTF8.GetString(EntryCodec.Encode(order)), Is.EqualTo(Entry), Changed);
        Assert.That(EntryCodec.Decode(order.Id, Encoding.UTF8.GetBytes(Entry)), Is.Not.Null, Changed);
    });

    [TestCase("MES 2 4 2 alpha MANUFACTURING_STARTED 1769860800000 0 0 93a16402\n{}", TestName = "{m}: layout 2")]
    public void An_entry_of_an_earlier_layout_is_refused(string entry) =>
        Assert.That(EntryCodec.Decode(Given.OrderId, Encoding.UTF8.GetBytes(entry)), Is.Null);

    [Test]
    public void Members_and_scores_of_layout_4() => Assert.Multiple(() =>
    {
        // Indexes of an earlier layout belong to an earlier epoch, which no instance of this layout reads.
        const string Changed = "Raise CacheLayout.Current, and pin the new members and scores here.";
        var order = Given.Snapshot(OrderStatus.ManufacturingStarted) with
        {
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_001),
            StatusChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_020),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_300),
        };
        Assert.That(CacheLayout.Current, Is.EqualTo(4), Changed);
        Assert.That(
            Convert.ToHexStringLower(ChangeLog.Record(0x0123456789abcdef, order.Id)),
            Is.EqualTo("efcdab8967452301019c13e57a00700080000000000000013fd19c92"),
            Changed);
        Assert.That(OrderMember.Of(order.Id), Is.EqualTo("-OkItMc-R-1----------F"), Changed);
        Assert.That(IndexScore.Of(IndexKind.Board, order), Is.EqualTo("212876093333012"), Changed);
        Assert.That(IndexScore.Of(IndexKind.SellerByChange, order), Is.EqualTo("1769860800300"), Changed);
        Assert.That(IndexScore.Of(IndexKind.SellerByCreation, order), Is.EqualTo("1769860800001"), Changed);
        Assert.That(IndexScore.Of(IndexKind.SellerByStatus, order), Is.EqualTo("212876093333292"), Changed);
    });

    [Test]
    public void A_stored_answer() => Assert.Multiple(() =>
    {
        // The fingerprint is part of an answer's key, so an instance does not even find an answer of another shape.
        const string Changed =
            "Other versions have stored this answer under this fingerprint. If the fingerprint is still the same, "
            + "rename what has changed, so that the fingerprint changes. Then pin both here.";
        var answer = new Throughput(
            [new(new DateOnly(2026, 1, 31), new Dictionary<OrderStatus, int> { [OrderStatus.Submitted] = 3 })],
            new Dictionary<OrderStatus, TimeInStatus> { [OrderStatus.Submitted] = new(2, 1.5m, null) });
        var stamps = new TagStamps(["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"]);
        var stored = TaggedCache.Encode(
            "throughput:2026-01-31:30", stamps, JsonSerializer.SerializeToUtf8Bytes(answer, MesJson.Options));
        Assert.That(AnswerShape.Of(typeof(Throughput), MesJson.Options), Is.EqualTo("d8d767f1282ae2e4"), Changed);
        Assert.That(Encoding.UTF8.GetString(stored), Is.EqualTo(Answer), Changed);
    });

    [Test]
    public void Cursors_of_shape_0() => Assert.Multiple(() =>
    {
        const string Changed =
            "Clients keep cursors. Raise CursorProtector.Shape, pin the new ones here, and keep these as refused.";
        var position = new PagePosition(DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123), Given.OrderId);
        var cursors = Cursors();
        Assert.That(
            cursors.Protect(position, Scope),
            Is.EqualTo("AAABm3baqHsBnBPlegBwAIAAAAAAAAABSjsRovntTQ9I5UXM9-Cgqw"),
            Changed);
        Assert.That(cursors.ProtectNumber(7, Scope), Is.EqualTo("AAAAAAAAAAeN0JwekYA11J-nIh_ws15a"), Changed);
    });

    [TestCase("AQABm3baqHsBnBPlegBwAIAAAAAAAAABwXbpopA6Sr4QD6Bv6BjlXg", TestName = "{m}: shape 1")]
    public void A_cursor_of_another_shape_is_refused(string cursor) =>
        Assert.That(Cursors().Unprotect(cursor, Scope), Is.Null);

    /// <summary>A first line and JSON. The JSON is broken into several lines only here.</summary>
    private static string OneLine(string first, string json) => $"{first}\n{json.ReplaceLineEndings(string.Empty)}";

    private static CursorProtector Cursors()
    {
        byte[] key = [.. Enumerable.Repeat((byte)1, 32)];
        return new CursorProtector(Mock.Of<ICursorKey>(secret => secret.Read() == key));
    }
}
