using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Paging;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Persistence;

/// <summary>Clients keep cursors across upgrades, so these tests pin their format.</summary>
[Category("Unit")]
internal sealed class CursorProtectorTests
{
    private const string Scope = "orders\nseller:alpha";
    private static readonly byte[] Key = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly PagePosition Position =
        new(DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123), Given.OrderId);

    [Test]
    public void A_cursor_is_its_shape_a_time_an_id_and_their_signature() =>
        Assert.That(
            Protector().Protect(Position, Scope),
            Is.EqualTo(Cursor(shape: 0)),
            "To give cursors another meaning, raise CursorProtector.Shape. The service then refuses the cursors "
                + "that clients hold instead of misunderstanding them.");

    [Test]
    public void What_was_given_out_is_read_again() =>
        Assert.That(Protector().Unprotect(Cursor(shape: 0), Scope), Is.EqualTo(Position));

    [Test]
    public void A_cursor_of_another_shape_is_none_though_its_signature_is_right() =>
        Assert.That(Protector().Unprotect(Cursor(shape: 1), Scope), Is.Null);

    [TestCase(-1)]
    [TestCase(-62_135_596_800_000)]
    [TestCase(253_402_300_799_999)]
    public void Every_time_that_there_is_fits_beside_the_shape(long milliseconds)
    {
        var position = Position with { Time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) };

        Assert.That(Protector().Unprotect(Protector().Protect(position, Scope), Scope), Is.EqualTo(position));
    }

    private static string Cursor(byte shape)
    {
        var cursor = new byte[24];
        BinaryPrimitives.WriteInt64BigEndian(cursor, Position.Time.ToUnixTimeMilliseconds());
        cursor[0] = shape;
        Position.Id.TryWriteBytes(cursor.AsSpan(8), bigEndian: true, out _);
        byte[] signed = [.. cursor, .. Encoding.UTF8.GetBytes(Scope)];
        return Base64Url.EncodeToString([.. cursor, .. HMACSHA256.HashData(Key, signed).AsSpan(0, 16)]);
    }

    /// <summary>Uses a key that does not come from a database.</summary>
    private static CursorProtector Protector() => new(Mock.Of<ICursorKey>(key => key.Read() == Key));
}
