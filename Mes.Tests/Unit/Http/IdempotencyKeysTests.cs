using Mes.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class IdempotencyKeysTests
{
    [TestCase("abc", "abc")]
    [TestCase("\"abc\"", "abc")]
    [TestCase("\" a b \"", " a b ")]
    [TestCase("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [TestCase("a\"b\\c", "a\"b\\c")]
    public void A_key_means_the_same_with_quotes_and_without(string header, string key) =>
        Assert.That(Read(header).Value, Is.EqualTo(key));

    [TestCase("")]
    [TestCase("\"\"")]
    [TestCase("\"")]
    [TestCase("\"abc")]
    [TestCase("\"a\"b\"")]
    [TestCase("\"a\\b\"")]
    [TestCase("\"a\\\"")]
    [TestCase("a\tb")]
    [TestCase("a\u007f")]
    [TestCase("schlüssel")]
    public void What_is_no_key_is_refused(string header) =>
        Assert.That(Read(header).Error?.Code, Is.EqualTo("validation-error"));

    [Test]
    public void Two_keys_are_refused_and_none_is_none()
    {
        Assert.That(Read(new StringValues(["a", "b"])).Error?.Code, Is.EqualTo("validation-error"));
        Assert.That(IdempotencyKeys.Read(new DefaultHttpContext().Request).Value, Is.Null);
    }

    private static Domain.Results.Result<string?> Read(StringValues header)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[IdempotencyKeys.Header] = header;
        return IdempotencyKeys.Read(http.Request);
    }
}
