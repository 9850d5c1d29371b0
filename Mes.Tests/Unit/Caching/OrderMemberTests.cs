using FsCheck;
using FsCheck.Fluent;
using Mes.Infrastructure.Caching.Keys;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class OrderMemberTests
{
    /// <summary>Random ids, and ids with long common prefixes.</summary>
    private static Gen<Guid> Ids =>
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b), 16)
        from zeros in Gen.Elements(0, 0, 6, 12, 15, 16)
        from filler in Gen.Elements<byte>(0, 255)
        select new Guid([.. Enumerable.Repeat(filler, zeros), .. bytes.Skip(zeros)], bigEndian: true);

    [Test]
    public void A_member_is_read_back_as_its_order() => Prop.ForAll(
        Ids.ToArbitrary(),
        id => OrderMember.TryParse(OrderMember.Of(id), out var read)
            && read == id
            && OrderMember.Of(id).Length == OrderMember.Length)
        .QuickCheckThrowOnFailure();

    [Test]
    public void Members_sort_by_their_bytes_as_the_ids_do() => Prop.ForAll(
        Ids.Two().ToArbitrary(),
        ids => Math.Sign(string.CompareOrdinal(OrderMember.Of(ids.Item1), OrderMember.Of(ids.Item2)))
            == Math.Sign(ids.Item1.ToByteArray(bigEndian: true).AsSpan()
                .SequenceCompareTo(ids.Item2.ToByteArray(bigEndian: true))))
        .QuickCheckThrowOnFailure();

    [Test]
    public void Members_sort_as_text_of_the_ids_does() => Prop.ForAll(
        Ids.Two().ToArbitrary(),
        ids => Math.Sign(string.CompareOrdinal(OrderMember.Of(ids.Item1), OrderMember.Of(ids.Item2)))
            == Math.Sign(string.CompareOrdinal(ids.Item1.ToString("D"), ids.Item2.ToString("D"))))
        .QuickCheckThrowOnFailure();

    [TestCase("")]
    [TestCase("whole")]
    [TestCase("building:0123456789abcdef")]
    [TestCase("---------------------", TestName = "A_member_that_is_too_short_is_no_order")]
    [TestCase("-----------------------", TestName = "A_member_that_is_too_long_is_no_order")]
    [TestCase("---------------------.", TestName = "A_member_with_another_letter_is_no_order")]
    [TestCase("---------------------0", TestName = "A_member_with_bits_that_no_id_has_is_no_order")]
    public void What_is_not_the_member_of_an_order_is_not_read(string member) =>
        Assert.That(OrderMember.TryParse(member, out _), Is.False);

    [Test]
    public void An_id_has_one_member_only()
    {
        var member = OrderMember.Of(Guid.Empty);

        Assert.That(member, Is.EqualTo(new string('-', OrderMember.Length)));
        Assert.That(OrderMember.Of(new Guid(Enumerable.Repeat((byte)255, 16).ToArray())),
            Is.EqualTo(new string('z', 21) + "k"));
    }
}
