using System.Text.Json.Serialization;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

/// <summary>
/// A version of the service uses an answer that another version stored only if both give it the same meaning (bug class
/// 43).
/// </summary>
[Category("Unit")]
internal sealed class AnswerShapeTests
{
    [Test]
    public void The_same_shape_has_the_same_fingerprint() =>
        Assert.That(Describe(typeof(Before.Report)), Is.EqualTo(Describe(typeof(Same.Report))
            .Replace("AnswerShapeTests+Same", "AnswerShapeTests+Before", StringComparison.Ordinal)));

    [TestCase(typeof(FieldMore.Report))]
    [TestCase(typeof(FieldLess.Report))]
    [TestCase(typeof(OtherName.Report))]
    [TestCase(typeof(OtherType.Report))]
    [TestCase(typeof(NowNullable.Report))]
    [TestCase(typeof(NowNullableText.Report))]
    [TestCase(typeof(InAPart.Report))]
    [TestCase(typeof(InAnElement.Report))]
    [TestCase(typeof(OtherEnum.Report))]
    [TestCase(typeof(OtherJsonName.Report))]
    public void Another_shape_has_another_fingerprint(Type other)
    {
        // Ignores the types' names, which differ in these examples.
        var described = Describe(other).Replace($"+{other.DeclaringType!.Name}+", "+Before+", StringComparison.Ordinal);

        Assert.That(described, Is.Not.EqualTo(Describe(typeof(Before.Report))));
    }

    [Test]
    public void A_type_that_has_itself_as_a_part_has_a_fingerprint() =>
        Assert.That(AnswerShape.Of(typeof(Tree), MesJson.Options), Does.Match("^[0-9a-f]{16}$"));

    [Test]
    public void The_fingerprint_is_the_same_in_every_process() =>
        Assert.That(
            Describe(typeof(TimeInStatus)),
            Is.EqualTo(
                "Mes.Application.Statistics.GetThroughput.TimeInStatus {orders: System.Int32 by "
                    + "Mes.Application.Json.WholeNumberConverter`1<System.Int32>; "
                + "medianSeconds?: System.Nullable`1<System.Decimal> of System.Decimal by "
                    + "System.Text.Json.Serialization.Converters.DecimalConverter; "
                + "p90Seconds?: System.Nullable`1<System.Decimal>; }"));

    private static string Describe(Type type) => AnswerShape.Describe(type, MesJson.Options);

    private static class Before
    {
        internal enum Kind
        {
            Small,
            Large,
        }

        internal sealed record Part(int Count);

        internal sealed record Report(string Name, int Orders, Kind Kind, Part Part, IReadOnlyList<Part> Parts,
            IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class Same
    {
        internal enum Kind
        {
            Small,
            Large,
        }

        internal sealed record Part(int Count);

        internal sealed record Report(string Name, int Orders, Kind Kind, Part Part, IReadOnlyList<Part> Parts,
            IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class FieldMore
    {
        internal sealed record Report(string Name, int Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus, string Unit);
    }

    private static class FieldLess
    {
        internal sealed record Report(
            string Name, int Orders, Before.Kind Kind, Before.Part Part, IReadOnlyList<Before.Part> Parts);
    }

    private static class OtherName
    {
        internal sealed record Report(string Title, int Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class OtherType
    {
        internal sealed record Report(string Name, long Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class NowNullable
    {
        internal sealed record Report(string Name, int? Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class NowNullableText
    {
        internal sealed record Report(string? Name, int Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class InAPart
    {
        internal sealed record Part(int Count, int Weight);

        internal sealed record Report(string Name, int Orders, Before.Kind Kind, Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class InAnElement
    {
        internal sealed record Part(string Count);

        internal sealed record Report(string Name, int Orders, Before.Kind Kind, Before.Part Part,
            IReadOnlyList<Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class OtherEnum
    {
        internal enum Kind
        {
            Small,
            Medium,
            Large,
        }

        internal sealed record Report(string Name, int Orders, Kind Kind, Before.Part Part,
            IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private static class OtherJsonName
    {
        internal sealed record Report(
            string Name, [property: JsonPropertyName("count")] int Orders, Before.Kind Kind, Before.Part Part,
                IReadOnlyList<Before.Part> Parts, IReadOnlyDictionary<OrderStatus, int> ByStatus);
    }

    private sealed record Tree(int Value, IReadOnlyList<Tree> Branches);
}
