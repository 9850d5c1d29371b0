using System.Text;
using Mes.Application.Json;
using NUnit.Framework;

namespace Mes.Tests.Unit.Json;

[Category("Unit")]
internal sealed class Rfc3339Tests
{
    [Test]
    public void Times_are_written_in_UTC_with_three_decimals()
    {
        var time = new DateTimeOffset(2026, 1, 31, 10, 5, 9, TimeSpan.FromHours(2)).AddMilliseconds(40).AddTicks(9_999);
        var utf8 = new byte[32];

        Assert.That(Rfc3339.Write(time), Is.EqualTo("2026-01-31T08:05:09.040Z"));
        Assert.That(Rfc3339.TryWrite(time, utf8, out var written));
        Assert.That(Encoding.ASCII.GetString(utf8, 0, written), Is.EqualTo("2026-01-31T08:05:09.040Z"));
    }

    [TestCase("2026-01-31T08:05:09Z", "2026-01-31T08:05:09.000Z")]
    [TestCase("2026-01-31t08:05:09z", "2026-01-31T08:05:09.000Z")]
    [TestCase("2026-01-31T08:05:09.4Z", "2026-01-31T08:05:09.400Z")]
    [TestCase("2026-01-31T10:05:09.040+02:00", "2026-01-31T08:05:09.040Z")]
    [TestCase("2026-01-31T00:05:09-08:00", "2026-01-31T08:05:09.000Z")]
    [TestCase("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z")]
    [TestCase("2026-01-31T08:05:09.0409999Z", "2026-01-31T08:05:09.040Z")]
    [TestCase("2026-01-31T08:05:09.999999999Z", "2026-01-31T08:05:09.999Z")]
    [TestCase("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z")]
    public void Any_offset_and_any_number_of_decimals_are_read(string text, string written)
    {
        Assert.That(Rfc3339.TryParse(text, out var time));
        Assert.That(Rfc3339.Write(time), Is.EqualTo(written));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("2026-01-31")]
    [TestCase("2026-01-31T08:05:09")]
    [TestCase("2026-01-31 08:05:09Z")]
    [TestCase("2026-01-31T08:05Z")]
    [TestCase("2026-1-31T08:05:09Z")]
    [TestCase("2026-02-29T08:05:09Z")]
    [TestCase("2026-13-01T08:05:09Z")]
    [TestCase("2026-01-31T24:05:09Z")]
    [TestCase("2026-01-31T08:05:60Z")]
    [TestCase("2026-01-31T08:05:09.Z")]
    [TestCase("2026-01-31T08:05:09+0200")]
    [TestCase("2026-01-31T08:05:09+25:00")]
    [TestCase("2026-01-31T08:05:09Z\n")]
    [TestCase("٢٠٢٦-01-31T08:05:09Z")]
    [TestCase("0001-01-01T00:00:00+01:00")]
    [TestCase("0000-01-01T00:00:00Z")]
    [TestCase("1769846709")]
    public void Anything_else_is_no_time(string? text) => Assert.That(Rfc3339.TryParse(text, out _), Is.False);
}
