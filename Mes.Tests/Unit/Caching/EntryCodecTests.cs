using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class EntryCodecTests
{
    private static readonly byte[] Entry = EntryCodec.Encode(Given.Snapshot(OrderStatus.ManufacturingStarted));

    private static Gen<OrderSnapshot> Snapshots =>
        from version in Gen.Choose(1, int.MaxValue)
        from seller in Gen.Elements("a", "alpha", "A.b_c-1", new string('s', 64))
        from status in Gen.Elements(Enum.GetValues<OrderStatus>())
        from seconds in Gen.Choose(0, int.MaxValue)
        from json in Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b))
        let changed = DateTimeOffset.FromUnixTimeMilliseconds((seconds * 1000L) + 40)
        from age in Gen.Choose(-5, int.MaxValue)
        from later in Gen.Choose(-5, int.MaxValue)
        select new OrderSnapshot(Given.OrderId, version, seller, status, changed, changed.AddMilliseconds(-age),
            changed.AddMilliseconds(later), json);

    [Test]
    public void An_entry_is_one_line_and_the_bytes_that_go_out()
    {
        var order = Given.Snapshot(OrderStatus.ManufacturingStarted);

        Assert.That(
            Encoding.UTF8.GetString(EntryCodec.Encode(order)),
            Is.EqualTo(
                $"MES 3 4 {order.Json.Length} alpha MANUFACTURING_STARTED {Given.Noon.ToUnixTimeMilliseconds()} 0 0 {LastWords(order)}\n{Encoding.UTF8.GetString(order.Json.Span)}"));

        // The last two words, the proof and the checksum, are hexadecimal.
        static string LastWords(OrderSnapshot order) =>
            Regex.Match(Encoding.UTF8.GetString(EntryCodec.Encode(order)),
                "([0-9a-f]{8} [0-9a-f]{8})\n").Groups[1].Value;
    }

    [Test]
    public void What_was_encoded_is_decoded_whatever_bytes_go_out() =>
        Holds(Prop.ForAll(Snapshots.ToArbitrary(), order =>
            Same(EntryCodec.Decode(order.Id, EntryCodec.Encode(order)), order)));

    [Test]
    public void An_entry_that_is_cut_off_anywhere_is_unreadable()
    {
        for (var length = 0; length < Entry.Length; length++)
        {
            Assert.That(EntryCodec.Decode(Given.OrderId, Entry.AsMemory(0, length)), Is.Null, $"{length} bytes");
        }
    }

    [Test]
    public void An_entry_with_something_behind_it_is_unreadable() =>
        Assert.That(EntryCodec.Decode(Given.OrderId, (byte[])[.. Entry, (byte)' ']), Is.Null);

    [Test]
    public void Any_bytes_are_unreadable_but_never_an_exception() =>
        Holds(Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b)).ToArbitrary(), bytes =>
            EntryCodec.Decode(Given.OrderId, bytes) is null));

    [Test]
    public void A_first_line_of_any_words_is_never_an_exception()
    {
        var words = Gen.Elements("MES", "1", "2", "4", "0", "-1", "+4", "99999999999999999999", "9223372036854775807",
            "alpha", "SUBMITTED", "submitted", "", "\t", "é", "\0", "253402300799999", "253402300800000");

        Holds(Prop.ForAll(Gen.ArrayOf(words).ToArbitrary(), line =>
        {
            EntryCodec.Decode(Given.OrderId, Sealed(string.Join(' ', line) + "\n{}"));
            return true;
        }));
    }

    [Test]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        var order = Given.Snapshot(OrderStatus.ManufacturingStarted);
        for (var bit = 0; bit < Entry.Length * 8; bit++)
        {
            var bytes = Entry.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            // The digits of the checksum may be upper or lower case.
            Assert.That(EntryCodec.Decode(Given.OrderId, bytes) is not { } read
                || Same(read, order), Is.True, $"bit {bit}");
        }
    }

    [Test]
    public void The_entry_of_another_order_is_unreadable() =>
        Assert.That(EntryCodec.Decode(Guid.Empty, Entry), Is.Null);

    [TestCase("MES 4 4 2 alpha SUBMITTED 0 0 0\n{}", TestName = "{m}: another layout")]
    [TestCase("ABC 3 4 2 alpha SUBMITTED 0 0 0\n{}", TestName = "{m}: another magic")]
    [TestCase("MES 3 0 2 alpha SUBMITTED 0 0 0\n{}", TestName = "{m}: version 0")]
    [TestCase("MES 3 2147483648 2 alpha SUBMITTED 0 0 0\n{}", TestName = "{m}: a version too large")]
    [TestCase("MES 3 4 3 alpha SUBMITTED 0 0 0\n{}", TestName = "{m}: another length")]
    [TestCase("MES 3 4 2 alpha OPEN 0 0 0\n{}", TestName = "{m}: no such status")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 253402300800000 0 0\n{}", TestName = "{m}: a time that there is not")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 0 99999999999999 0\n{}", TestName = "{m}: created before there was time")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 0 0 x\n{}", TestName = "{m}: no number")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 0 0 0 more\n{}", TestName = "{m}: a word too many")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 0 0\n{}", TestName = "{m}: a word too few")]
    [TestCase("MES 3 4 2 alpha SUBMITTED 0 0 0\r\n{}", TestName = "{m}: a foreign line end")]
    [TestCase("{\"id\":1}", TestName = "{m}: no line at all")]
    public void A_line_that_is_not_exactly_right_is_unreadable(string entry) =>
        Assert.That(EntryCodec.Decode(Given.OrderId, Sealed(entry)), Is.Null);

    [Test]
    public void The_line_above_is_otherwise_readable() =>
        Assert.That(EntryCodec.Decode(Given.OrderId, Sealed("MES 3 4 2 alpha SUBMITTED 0 0 0\n{}")), Is.Not.Null);

    /// <summary>Adds a correct checksum, so that a failure must have another cause.</summary>
    private static byte[] Sealed(string entry)
    {
        var end = entry.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            return Encoding.UTF8.GetBytes(entry);
        }

        var (line, json) = (entry[..end].TrimEnd('\r') + " ", entry[(end + 1)..]);
        var proof = new byte[8];
        EntryCodec.Prove(Given.OrderId, Encoding.UTF8.GetBytes(line), proof); // Only the scripts check it.
        line += $"{Encoding.ASCII.GetString(proof)} ";
        var sum = EntryCodec.Sum(Given.OrderId, Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(json));
        return Encoding.UTF8.GetBytes($"{line}{sum:x8}{(end > 0 && entry[end - 1] == '\r' ? "\r" : "")}\n{json}");
    }

    private static bool Same(OrderSnapshot? one, OrderSnapshot other) =>
        one is not null
        && one with { Json = default } == other with { Json = default }
        && one.Json.Span.SequenceEqual(other.Json.Span);

    private static void Holds(Property property) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
}
