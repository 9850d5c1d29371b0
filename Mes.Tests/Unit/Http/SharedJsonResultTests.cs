using System.Text;
using Mes.Api.Http;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class SharedJsonResultTests
{
    [Test]
    public async Task What_is_shared_and_what_is_own_go_out_as_one_object()
    {
        var shared = "{\"items\":[{}]}"u8.ToArray();
        var http = new DefaultHttpContext();
        http.Response.Body = new MemoryStream();

        await JsonResults.Shared(shared, new { Next = (string?)null, Count = 2 }).ExecuteAsync(http);

        var body = ((MemoryStream)http.Response.Body).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(body), Is.EqualTo("{\"items\":[{}],\"next\":null,\"count\":2}"));
            Assert.That(http.Response.ContentLength, Is.EqualTo(body.Length));
            Assert.That(http.Response.ContentType, Is.EqualTo("application/json; charset=utf-8"));
            Assert.That(http.Response.Headers.CacheControl.ToString(), Is.EqualTo("private, no-cache"));
            Assert.That(shared, Is.EqualTo("{\"items\":[{}]}"u8.ToArray()), "another request may be writing them");
        });
    }
}
