using Mes.Domain.Callers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Callers;

/// <summary>What becomes of a key and of its successors when the key is rotated.</summary>
[Category("Unit")]
internal sealed class RotationTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset NextYear = Given.Noon.AddYears(1);

    [Test]
    public void The_new_key_is_for_the_same_holder_and_the_old_one_ends_after_the_overlap()
    {
        var key = Key(NextYear);

        var next = Rotate(key, [], Day);

        Assert.That(
            (next.Caller, next.Name, next.RotatedFrom, next.ExpiresAt, next.IsUsed),
            Is.EqualTo((Given.Alpha, "shop", "old", (DateTimeOffset?)NextYear, false)));
        Assert.That(key.ExpiresAt, Is.EqualTo(Given.Noon + Day));
    }

    [TestCase(1)]
    [TestCase(24)]
    public void A_key_that_ends_before_the_overlap_does_not_live_longer(int hours)
    {
        var end = Given.Noon.AddHours(hours);
        var key = Key(end);

        Assert.That(Rotate(key, [], Day).ExpiresAt, Is.EqualTo(end));
        Assert.That(key.ExpiresAt, Is.EqualTo(end));
    }

    [Test]
    public void A_successor_that_was_never_used_is_replaced_by_one_with_the_first_expiry([Values] bool expires)
    {
        DateTimeOffset? end = expires ? NextYear : null;
        var key = Key(end);
        var lost = Rotate(key, [], TimeSpan.FromHours(1));

        var next = Rotate(key, [lost], Day);

        Assert.That(lost.RevokedAt, Is.EqualTo(Given.Noon));
        Assert.That((next.RotatedFrom, next.ExpiresAt), Is.EqualTo(("old", end)));
        Assert.That(key.ExpiresAt, Is.EqualTo(Given.Noon.AddHours(1)), "as the first rotation said");
    }

    [Test]
    public void A_successor_that_was_rotated_itself_is_not_replaced()
    {
        var key = Key(null);
        var next = Rotate(key, [], Day);
        Rotate(next, [], Day);

        var again = key.Rotate([next], "third", [], Day, Given.Noon);

        Assert.That(again.Error?.Code, Is.EqualTo("already-rotated"));
        Assert.That(next.RevokedAt, Is.Null);
    }

    [Test]
    public void A_key_that_is_not_live_is_not_rotated([Values] bool revoked)
    {
        var key = Key(revoked ? null : Given.Noon);
        if (revoked)
        {
            key.Revoke(Given.Noon);
        }

        Assert.That(key.Rotate([], "new", [], Day, Given.Noon).Error?.Code, Is.EqualTo("key-not-live"));
    }

    [Test]
    public void Without_an_overlap_the_old_key_is_over_at_once()
    {
        var key = Key(null);

        Rotate(key, [], TimeSpan.Zero);

        Assert.That(key.IsLive(Given.Noon), Is.False);
    }

    private static ApiKey Key(DateTimeOffset? expiresAt) =>
        ApiKey.Issue("old", [1], Given.Alpha, Given.Noon.AddDays(-1), "shop", expiresAt);

    private static ApiKey Rotate(ApiKey key, IReadOnlyList<ApiKey> successors, TimeSpan overlap) =>
        key.Rotate(successors, "new", [2], overlap, Given.Noon).Value;
}
