using System.Text;
using Mes.Api.Http;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class OrderResultTests
{
    private static readonly byte[] Body = "{\"as\":\"it is\"}"u8.ToArray();

    [Test]
    public async Task The_bytes_go_out_as_they_are_with_their_version_as_the_tag()
    {
        var (http, body) = await ExecuteAsync(_ => { }, isConditional: true);

        Assert.Multiple(() =>
        {
            Assert.That(http.Response.StatusCode, Is.EqualTo(200));
            Assert.That(body, Is.EqualTo("{\"as\":\"it is\"}"));
            Assert.That(http.Response.Headers.ETag.ToString(), Is.EqualTo("\"6\""));
            Assert.That(http.Response.Headers.CacheControl.ToString(), Is.EqualTo("private, no-cache"));
            Assert.That(http.Response.ContentType, Is.EqualTo("application/json; charset=utf-8"));
            Assert.That(http.Response.ContentLength, Is.EqualTo(Body.Length));
        });
    }

    [Test]
    public async Task A_caller_that_has_this_version_is_told_so()
    {
        var (http, body) = await ExecuteAsync(headers => headers.IfNoneMatch = "\"6\"", isConditional: true);

        Assert.That((http.Response.StatusCode, body), Is.EqualTo((304, "")));
        Assert.That(http.Response.Headers.ETag.ToString(), Is.EqualTo("\"6\""));
    }

    [Test]
    public async Task A_caller_that_has_an_older_version_gets_this_one()
    {
        var (http, _) = await ExecuteAsync(headers => headers.IfNoneMatch = "\"5\"", isConditional: true);

        Assert.That(http.Response.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_change_is_never_answered_with_304()
    {
        var (http, _) = await ExecuteAsync(headers => headers.IfNoneMatch = "\"6\"", isConditional: false);

        Assert.That(http.Response.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public void How_the_cache_took_part_is_told_in_its_header()
    {
        Assert.That(Status(CacheReport.Hit()), Is.EqualTo("mes; hit"));
        Assert.That(Status(CacheReport.Hit(unverified: true)), Is.EqualTo("mes; hit; detail=unverified"));
        Assert.That(Status(CacheReport.Miss(stored: true)), Is.EqualTo("mes; fwd=miss; stored"));
        Assert.That(Status(CacheReport.Miss(stored: false)), Is.EqualTo("mes; fwd=miss"));
        Assert.That(
            Status(CacheReport.Bypass(BypassReason.Timeout)), Is.EqualTo("mes; fwd=bypass; detail=timeout"));
        Assert.That(Status(CacheReport.None), Is.Empty);

        static string Status(CacheReport report)
        {
            var http = new DefaultHttpContext();
            CacheStatusHeader.Write(http, report);
            return http.Response.Headers["Cache-Status"].ToString();
        }
    }

    private static async Task<(HttpContext Http, string Body)> ExecuteAsync(
        Action<IHeaderDictionary> headers, bool isConditional)
    {
        var http = new DefaultHttpContext();
        headers(http.Request.Headers);
        http.Response.Body = new MemoryStream();
        await new OrderResult(Given.Snapshot(OrderStatus.Packaging), Body)
        {
            IsConditional =
            isConditional
        }.ExecuteAsync(http);
        return (http, Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray()));
    }
}
