using System.Buffers.Text;
using Mes.Application.Events;
using Mes.Infrastructure.Paging;
using Mes.Tests.Http;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Events;

/// <summary>Clients keep cursors across upgrades, so one of them is pinned.</summary>
[Category("Unit")]
internal sealed class EventCursorsTests
{
    private const string Scope = "events\nalpha";
    private static readonly EventPosition Place = new(1_234_567, -42);
    private static readonly byte[] Key = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly EventCursors Cursors = new(Mock.Of<ICursorKey>(key => key.Read() == Key));

    [TestCase(0, 0)]
    [TestCase(1, long.MinValue)]
    [TestCase(long.MaxValue, -1)]
    public void What_was_given_out_is_read_again(long number, long mark)
    {
        var place = new EventPosition(number, mark);

        Assert.That(Cursors.Unprotect(Cursors.Protect(place, Scope), Scope), Is.EqualTo(place));
    }

    [Test]
    public void A_cursor_is_good_for_its_scope_and_key_only()
    {
        var cursor = Cursors.Protect(Place, Scope);

        Assert.That(Cursors.Unprotect(cursor, "events\nbeta"), Is.Null);
        Assert.That(Cursors.Unprotect(cursor, "events\n"), Is.Null);
        Assert.That(new EventCursors(Mock.Of<ICursorKey>(key => key.Read() == new byte[32])).Unprotect(cursor, Scope),
            Is.Null);
    }

    [Test]
    public void A_cursor_with_any_character_changed_is_none()
    {
        foreach (var forged in Samples.Forged(Cursors.Protect(Place, Scope)))
        {
            Assert.That(Cursors.Unprotect(forged, Scope), Is.Null, forged);
        }
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("=")]
    [TestCase(" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_cursor_is_none(string text) => Assert.That(Cursors.Unprotect(text, Scope), Is.Null);

    [Test]
    public void A_cursor_does_not_show_its_position()
    {
        var (one, next) = (Bytes(Place), Bytes(Place with { Number = Place.Number + 1 }));

        Assert.That(one.Zip(next, (a, b) => a != b).Count(differs => differs), Is.GreaterThan(20),
            "neighbours have nothing in common");
        Assert.That(Bytes(Place), Is.EqualTo(one), "the same place has the same cursor");
    }

    [Test]
    public void Its_form_is_pinned() =>
        Assert.That(
            Cursors.Protect(Place, Scope),
            Is.EqualTo("ABj947OwTe7T192RhLFbuspvQMphMq4yWWJ-dBOiGJWk"),
            "Clients keep cursors. Raise EventCursors.Shape, and pin the new form here.");

    private static byte[] Bytes(EventPosition place) => Base64Url.DecodeFromChars(Cursors.Protect(place, Scope));
}
