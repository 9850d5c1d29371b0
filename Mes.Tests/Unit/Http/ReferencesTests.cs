using Mes.Api.Http;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class ReferencesTests
{
    [TestCase("/api/v1/orders", "/api/v1/orders")]
    [TestCase("/api/v1/orders/a b", "/api/v1/orders/a%20b")]
    [TestCase("/größe", "/gr%C3%B6%C3%9Fe")]
    [TestCase("/\U0001F600", "/%F0%9F%98%80")]
    [TestCase("/a\"<>\\^`{|}[]", "/a%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D")]
    [TestCase("/a\r\nb", "/a%0D%0Ab")]
    [TestCase("/a%2Fb", "/a%2Fb")]
    [TestCase("/100%", "/100%25")]
    [TestCase("/100%zz", "/100%25zz")]
    [TestCase("/a?b#c", "/a%3Fb%23c")]
    [TestCase("//shop.example:x/orders", "/.//shop.example:x/orders")]
    [TestCase("", "/")]
    public void The_path_that_was_asked_for_is_a_URI_reference(string path, string reference)
    {
        Assert.That(References.Of(Request(path)), Is.EqualTo(reference));
        Assert.That(Uri.IsWellFormedUriString(reference, UriKind.Relative), reference);
    }

    [TestCase("/api/v1/orders", "/api/v1/orders/7", "orders/7")]
    [TestCase("/api/v1/orders/", "/api/v1/orders/7", "7")]
    [TestCase("/api/v1/keys/3/rotation", "/api/v1/keys/7", "../7")]
    [TestCase("/API/V1/orders", "/api/v1/orders/7", "../../api/v1/orders/7")]
    [TestCase("/", "/api/v1/orders/7", "api/v1/orders/7")]
    public void What_leads_from_one_path_to_another_holds_under_any_prefix(string from, string to, string reference)
    {
        Assert.That(References.From(Request(from), to), Is.EqualTo(reference));
        Assert.That(new Uri(new Uri($"http://shop.example/some/where{from}"), reference).AbsolutePath,
            Is.EqualTo($"/some/where{to}"));
    }

    private static HttpRequest Request(string path)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = new PathString(path);
        return http.Request;
    }
}
