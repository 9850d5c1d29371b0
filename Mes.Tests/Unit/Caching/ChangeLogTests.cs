using Mes.Infrastructure.Caching.Entries;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class ChangeLogTests
{
    private static readonly Guid One = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
    private static readonly Guid Other = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    [Test]
    public void A_log_names_the_orders_that_have_changed_since_a_stamp()
    {
        byte[] log = [.. ChangeLog.Record(7, One), .. ChangeLog.Record(3, Other), .. ChangeLog.Record(9, One)];

        Assert.Multiple(() =>
        {
            Assert.That(ChangeLog.IsReadable(log), Is.True);
            Assert.That(ChangeLog.LastStamp(log), Is.EqualTo(9));
            Assert.That(Since(7, log), Is.EqualTo(new[] { Other, One }));
            Assert.That(Since(3, log), Is.EqualTo(new[] { One }));
            Assert.That(Since(9, log), Is.Empty);
            Assert.That(Since(8, log), Is.Null, "the log does not go back so far");
            Assert.That(Since(7, []), Is.Null);
        });
    }

    [Test]
    public void Behind_a_stamp_that_occurs_twice_nothing_is_missing()
    {
        byte[] log = [.. ChangeLog.Record(7, One), .. ChangeLog.Record(3, Other), .. ChangeLog.Record(7, One)];

        Assert.That(Since(7, log), Is.EqualTo(new[] { Other, One }));
    }

    [Test]
    public void A_log_with_any_bit_wrong_is_not_readable()
    {
        byte[] log = [.. ChangeLog.Record(7, One), .. ChangeLog.Record(3, Other)];
        for (var bit = 0; bit < log.Length * 8; bit++)
        {
            log[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(ChangeLog.IsReadable(log), Is.False, $"bit {bit}");
            log[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That(ChangeLog.IsReadable(log), Is.True);
    }

    [Test]
    public void A_log_of_another_length_is_not_readable()
    {
        byte[] log = [.. ChangeLog.Record(7, One), .. ChangeLog.Record(3, Other)];
        for (var length = 0; length < log.Length; length++)
        {
            Assert.That(
                ChangeLog.IsReadable(log.AsSpan(0, length)),
                Is.EqualTo(length == ChangeLog.RecordBytes),
                $"{length} bytes");
        }

        Assert.That(ChangeLog.IsReadable(new byte[ChangeLog.RecordBytes]), Is.False, "zeros");
    }

    [Test]
    public void Each_call_has_a_stamp_of_its_own() =>
        Assert.That(
            Enumerable.Range(0, 1000).Select(_ => ChangeLog.LastStamp(ChangeLog.NewRecord(One))), Is.Unique);

    /// <summary>Null when the log does not go back so far.</summary>
    private static List<Guid>? Since(ulong stamp, byte[] log)
    {
        List<Guid> changed = [];
        return ChangeLog.TryReadSince(stamp, log, changed) ? changed : null;
    }
}
