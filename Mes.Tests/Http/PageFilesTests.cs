using System.Net;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The files of the board's page: for anybody, revalidated each time, and with a strict policy.</summary>
[Category("Embedded")]
internal sealed class PageFilesTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    private MesHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await MesHost.StartEmbeddedAsync();

    [OneTimeTearDown]
    public ValueTask EndAsync() => _host.DisposeAsync();

    [Test]
    public async Task Every_file_is_served_with_its_type_and_a_strict_policy()
    {
        var files = Directory.GetFiles(Root, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".md", StringComparison.Ordinal)).ToArray();
        Assert.That(files, Is.Not.Empty);
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/');
            using var answer = await _host.SendAsync(HttpMethod.Get, name == "index.html" ? "/" : $"/{name}");

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), name);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Multiple(() =>
            {
                Assert.That(policy, Does.StartWith("default-src 'none'; script-src 'self'; style-src 'self';"));
                Assert.That(policy, Does.Not.Contain("unsafe"));
                Assert.That(policy, Does.Contain("require-trusted-types-for 'script'"));
                Assert.That(policy, Does.Contain("frame-ancestors 'none'"));
                Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
                Assert.That(answer.Headers.CacheControl!.NoCache, Is.True, name);
                Assert.That(answer.Content.Headers.ContentType, Is.Not.Null, name);
            });
            Assert.That(
                await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(await File.ReadAllBytesAsync(file)), name);
        }
    }

    [Test]
    public async Task A_browser_that_has_a_file_is_told_that_it_has_not_changed()
    {
        using var first = await _host.SendAsync(HttpMethod.Get, "/robots.txt");
        var tag = first.Headers.ETag!;

        using var again = await _host.SendAsync(
            HttpMethod.Get, "/robots.txt", headers: headers => headers.IfNoneMatch.Add(tag));

        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(again.Headers.ETag, Is.EqualTo(tag));
        Assert.That(tag.IsWeak, Is.False);
    }

    [TestCase("/scripts/nothing.js")]
    [TestCase("/..%2Fappsettings.json")]
    [TestCase("/robots.txt/x")]
    public async Task What_is_no_file_of_the_page_is_not_there(string path)
    {
        using var answer = await _host.SendAsync(HttpMethod.Get, path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
    }
}
