using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NearCopiesTests
{
    private static readonly CacheEpoch Epoch = new(0, 1);
    private static readonly DataSet Data = new("one", 1, 0, []);
    private static readonly Guid One = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
    private static readonly Guid Other = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    private readonly NearCopies _copies = new(1024 * 1024);

    [Test]
    public void A_change_removes_the_copy_of_its_order_and_no_other()
    {
        _copies.Advance(Epoch, Data, Log((7, Other)));
        Keep(One);
        Keep(Other);

        Assert.That(_copies.Advance(Epoch, Data, Log((7, Other), (3, One))), Is.True);

        Assert.That(_copies.Find(Epoch, One), Is.Null);
        Assert.That(_copies.Find(Epoch, Other), Is.Not.Null);
        Assert.That(_copies.Stamp, Is.EqualTo(3));
    }

    [Test]
    public void A_log_that_does_not_go_back_far_enough_removes_all()
    {
        _copies.Advance(Epoch, Data, Log((7, Other)));
        Keep(One);

        Assert.That(_copies.Advance(Epoch, Data, Log((3, Other))), Is.False);

        Assert.That(_copies.Find(Epoch, One), Is.Null);
        Assert.That(_copies.Bytes, Is.Zero);
    }

    [Test]
    public void A_log_that_was_set_back_and_grows_again_removes_all()
    {
        // A position would be reached again; a stamp is not.
        _copies.Advance(Epoch, Data, Log((7, Other), (3, Other)));
        Keep(One);

        Assert.That(_copies.Advance(Epoch, Data, Log((7, Other), (5, Other))), Is.False);

        Assert.That(_copies.Find(Epoch, One), Is.Null);
    }

    [Test]
    public void Another_epoch_or_another_data_set_has_none_of_the_copies([Values] bool isOtherEpoch)
    {
        var log = Log((7, Other));
        _copies.Advance(Epoch, Data, log);
        Keep(One);
        var epoch = isOtherEpoch ? Epoch with { Number = 2 } : Epoch;
        if (isOtherEpoch)
        {
            Assert.That(_copies.Find(epoch, One), Is.Null);
        }

        Assert.That(_copies.Advance(epoch, isOtherEpoch ? Data : Data with { Name = "other" }, log), Is.False);

        Assert.That(_copies.Find(epoch, One), Is.Null);
    }

    [Test]
    public void The_bytes_stay_below_the_limit_and_what_is_used_stays()
    {
        var order = Given.Snapshot();
        var size = new NearCopy(order, 0).Bytes;
        var copies = new NearCopies(3 * size);
        copies.Advance(Epoch, Data, Log((7, Other)));
        copies.Keep(One, new NearCopy(order, 0));
        for (var i = 0; i < 100; i++)
        {
            Assert.That(copies.Find(Epoch, One), Is.Not.Null, $"after {i} others");
            copies.Keep(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), new NearCopy(order, 0));
            Assert.That(copies.Bytes, Is.LessThanOrEqualTo(3 * size));
        }
    }

    [Test]
    public void Without_room_nothing_is_kept()
    {
        var copies = new NearCopies(0);
        copies.Advance(Epoch, Data, Log((7, Other)));

        copies.Keep(One, new NearCopy(Given.Snapshot(), 0));

        Assert.That(copies.Find(Epoch, One), Is.Null);
        Assert.That(copies.Bytes, Is.Zero);
    }

    private void Keep(Guid orderId) => _copies.Keep(orderId, new NearCopy(Given.Snapshot(), 0));

    private static byte[] Log(params (ulong Stamp, Guid OrderId)[] records) =>
        [.. records.SelectMany(record => ChangeLog.Record(record.Stamp, record.OrderId))];
}
