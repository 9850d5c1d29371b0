using Mes.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class EntityTagsTests
{
    [Test]
    public void A_version_is_a_strong_tag() => Assert.That(EntityTags.Of(12), Is.EqualTo("\"12\""));

    [TestCase(new string[0], true, true)]
    [TestCase(new[] { "*" }, true, true)]
    [TestCase(new[] { "\"3\"" }, true, false)]
    [TestCase(new[] { "\"3\", \"4\"" }, true, true)]
    [TestCase(new[] { "\"3\"", "\"4\"" }, true, true)]
    [TestCase(new[] { "W/\"3\"" }, false, false)]
    [TestCase(new[] { "\"03\"" }, false, false)]
    [TestCase(new[] { "\"+3\"" }, false, false)]
    [TestCase(new[] { "\"99999999999\"" }, false, false)]
    [TestCase(new[] { "\"other\"" }, false, false)]
    public void If_Match_holds_for_the_versions_that_it_names_strongly(string[] header, bool three, bool four)
    {
        var condition = EntityTags.IfMatch(Request(headers => headers.IfMatch = new StringValues(header))).Value;

        Assert.That((condition.Holds(3), condition.Holds(4)), Is.EqualTo((three, four)));
    }

    [TestCase("3")]
    [TestCase("\"3")]
    [TestCase("nonsense")]
    [TestCase("\"3\" \"4\"")]
    public void An_If_Match_that_cannot_be_read_is_refused(string header) =>
        Assert.That(EntityTags.IfMatch(Request(headers => headers.IfMatch = header)).Error?.Code,
            Is.EqualTo("validation-error"));

    [TestCase(new string[0], false)]
    [TestCase(new[] { "\"3\"" }, true)]
    [TestCase(new[] { "W/\"3\"" }, true)]
    [TestCase(new[] { "*" }, true)]
    [TestCase(new[] { "\"2\", \"3\"" }, true)]
    [TestCase(new[] { "\"2\"", "\"3\"" }, true)]
    [TestCase(new[] { "\"2\"" }, false)]
    [TestCase(new[] { "\"03\"" }, false)]
    [TestCase(new[] { "3" }, false)]
    [TestCase(new[] { "nonsense" }, false)]
    public void If_None_Match_compares_weakly_and_passes_over_what_it_cannot_read(string[] header, bool matches) =>
        Assert.That(EntityTags.IsNoneMatch(Request(headers => headers.IfNoneMatch = new StringValues(header)), 3),
            Is.EqualTo(matches));

    private static HttpRequest Request(Action<IHeaderDictionary> headers)
    {
        var http = new DefaultHttpContext();
        headers(http.Request.Headers);
        return http.Request;
    }
}
