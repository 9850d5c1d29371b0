using System.Text;
using System.Text.Json;
using Mes.Application.Json;
using NUnit.Framework;

namespace Mes.Tests.Unit.Json;

[Category("Unit")]
internal sealed class ExactNumberTests
{
    [TestCase("0", 0)]
    [TestCase("-0", 0)]
    [TestCase("0.0", 0)]
    [TestCase("0e999999999999999999", 0)]
    [TestCase("-0.000e-7", 0)]
    [TestCase("20", 20)]
    [TestCase("20.0", 20)]
    [TestCase("2e1", 20)]
    [TestCase("2E+1", 20)]
    [TestCase("0.02e3", 20)]
    [TestCase("2000e-2", 20)]
    [TestCase("-20.00", -20)]
    [TestCase("20.00000000000000000000000000000000000000", 20)]
    [TestCase("2147483647.0", int.MaxValue)]
    [TestCase("-2147483648", int.MinValue)]
    public void What_has_no_fraction_is_an_integer(string json, int value) =>
        Assert.That(JsonSerializer.Deserialize<int>(json, MesJson.Options), Is.EqualTo(value));

    [TestCase("1.5")]
    [TestCase("1e-1")]
    [TestCase("20.00000000000000000000000000000000000001")]
    [TestCase("1e-999999999999999999")]
    [TestCase("1e400")]
    [TestCase("-1e400")]
    [TestCase("1e999999999999999999")]
    [TestCase("2147483648")]
    [TestCase("2147483648.0")]
    [TestCase("-2147483649")]
    [TestCase("99999999999999999999999")]
    [TestCase("\"20\"")]
    [TestCase("true")]
    [TestCase("null")]
    public void Anything_else_is_none(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<int>(json, MesJson.Options), Throws.InstanceOf<JsonException>());

    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("9.223372036854775807e18", long.MaxValue)]
    [TestCase("-9223372036854775808.0", long.MinValue)]
    public void A_long_integer_keeps_every_digit(string json, long value) =>
        Assert.That(JsonSerializer.Deserialize<long>(json, MesJson.Options), Is.EqualTo(value));

    [TestCase("9223372036854775808")]
    [TestCase("1e19")]
    public void What_a_long_integer_does_not_hold_is_none(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<long>(json, MesJson.Options), Throws.InstanceOf<JsonException>());

    [TestCase("129.50", 4, -1)]
    [TestCase("1e-30", 1, -30)]
    [TestCase("0.00", 0, 0)]
    [TestCase("1200", 2, 2)]
    public void Digits_and_exponent_are_those_of_the_value(string json, int digits, int exponent)
    {
        var number = ExactNumber.Parse(Encoding.UTF8.GetBytes(json));

        Assert.That((number.Digits, number.Exponent), Is.EqualTo((digits, exponent)));
    }
}
