using Mes.Benchmarks.Peers;
using Mes.Tests.Architecture;
using NUnit.Framework;

namespace Mes.Tests.Unit.Benchmarks;

[Category("Unit")]
internal sealed class MarkersTests
{
    [Test]
    public void Only_what_stands_between_the_markers_is_replaced() =>
        Assert.That(
            Markers.Replace("above\n<!-- a -->\nold\nlines\n<!-- /a -->\nbelow\n", "a", "new\n"),
            Is.EqualTo("above\n<!-- a -->\nnew\n<!-- /a -->\nbelow\n"));

    [TestCase("<!-- a -->", TestName = "A_document_without_the_second_marker_is_refused")]
    [TestCase("<!-- /a -->", TestName = "A_document_without_the_first_marker_is_refused")]
    [TestCase("<!-- /a --><!-- a -->", TestName = "Markers_in_the_wrong_order_are_refused")]
    [TestCase("<!-- a --><!-- a --><!-- /a -->", TestName = "A_marker_that_stands_twice_is_refused")]
    public void A_document_with_wrong_markers_is_refused(string document) =>
        Assert.That(() => Markers.Replace(document, "a", "new"), Throws.InvalidOperationException);

    [TestCase("peers: summary")]
    [TestCase("peers: results")]
    public void The_document_has_the_markers(string name) =>
        Assert.That(
            () => Markers.Replace(
                File.ReadAllText(Path.Combine(Source.Root, "docs", "benchmarks.md")), name, "anything"),
            Throws.Nothing);
}
