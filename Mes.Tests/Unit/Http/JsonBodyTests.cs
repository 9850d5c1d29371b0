using System.Text;
using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Application.Validation;
using Mes.Domain.Results;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class JsonBodyTests
{
    private const int Most = 256 * 1024;

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("Application/JSON; charset=\"UTF-8\"")]
    public async Task A_body_is_JSON_in_UTF_8(string contentType)
    {
        var body = await ReadAsync<ReasonBody>("""{"reason":"größer"}"""u8.ToArray(), contentType);

        Assert.That(body.Value, Is.EqualTo(new ReasonBody("größer")));
    }

    [TestCase("text/plain")]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase("application/problem+json")]
    [TestCase("")]
    [TestCase(null)]
    public async Task Another_media_type_is_refused(string? contentType) =>
        Assert.That((await ReadAsync<ReasonBody>("""{"reason":"x"}"""u8.ToArray(), contentType)).Error?.Code, Is.EqualTo("unsupported-media-type"));

    [TestCase("""{"reason":"x","status":"CLOSED"}""", "$.status")]
    [TestCase("""{"reason":"x","reason":"y"}""", "$.reason")]
    [TestCase("""{"reason":5}""", "$.reason")]
    [TestCase("""{"reason":"x"} {}""", "$")]
    [TestCase("""{"reason":"x"}x""", "$")]
    [TestCase("""{"reason":"x" /* y */}""", "$")]
    [TestCase("""{"reason":"x",}""", "$")]
    [TestCase("""{"reason":""", "$")]
    [TestCase("""[]""", "$")]
    [TestCase("null", "$")]
    [TestCase("\"text\"", "$")]
    [TestCase("{reason:1}", "$")]
    [TestCase("\0", "$")]
    public async Task What_is_wrong_is_named_by_its_path(string json, string path)
    {
        var error = (ValidationError)(await ReadAsync<ReasonBody>(Encoding.UTF8.GetBytes(json))).Error!;

        Assert.That(error.Errors.Keys, Is.EqualTo(new[] { path }));
        Assert.That(error.Errors[path].Single(), Does.Not.Contain("Mes."), "no type of ours shows");
    }

    [Test]
    public async Task What_is_not_UTF_8_is_refused()
    {
        byte[] invalid = [.. "{\"reason\":\""u8, 0xFF, .. "\"}"u8];
        byte[] halfOfAPair = [.. "{\"reason\":\"\\ud83d\"}"u8];

        Assert.That((await ReadAsync<ReasonBody>(invalid)).Error?.Code, Is.EqualTo("validation-error"));
        Assert.That((await ReadAsync<ReasonBody>(halfOfAPair)).Error?.Code, Is.EqualTo("validation-error"));
    }

    [Test]
    public async Task What_is_nested_without_end_is_refused()
    {
        var json = string.Concat(Enumerable.Repeat("{\"reason\":", 5000));

        Assert.That(
            (await ReadAsync<ReasonBody>(Encoding.UTF8.GetBytes(json))).Error?.Code, Is.EqualTo("validation-error"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_may_have_256_KiB_and_not_a_byte_more(bool withLength)
    {
        var most = Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', Most - 13)}}"}""");
        Assert.That(most, Has.Length.EqualTo(Most));

        Assert.That(
            (await ReadAsync<ReasonBody>(most, withLength: withLength)).Value.Reason, Has.Length.EqualTo(Most - 13));
        Assert.That((await ReadAsync<ReasonBody>([.. most, (byte)' '], withLength: withLength)).Error?.Code,
            Is.EqualTo("payload-too-large"));
    }

    [Test]
    public async Task A_body_that_comes_in_pieces_is_put_together()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 20_000)}}"}""");

        Assert.That(
            (await ReadAsync<ReasonBody>(json, withLength: false, piece: 7)).Value.Reason, Has.Length.EqualTo(20_000));
    }

    [Test]
    public async Task Where_something_is_wanted_an_empty_body_is_refused() =>
        Assert.That((await ReadAsync<ReasonBody>([])).Error?.Code, Is.EqualTo("validation-error"));

    [TestCase("", null)]
    [TestCase("{}", "application/json")]
    public async Task Where_nothing_is_wanted_nothing_or_an_empty_object_will_do(string json, string? contentType) =>
        Assert.That((await ReadAsync<NoBody>(Encoding.UTF8.GetBytes(json), contentType)).IsSuccess);

    [Test]
    public async Task Where_nothing_is_wanted_something_is_refused() =>
        Assert.That((await ReadAsync<NoBody>("""{"operatorId":"boris"}"""u8.ToArray())).Error?.Code, Is.EqualTo("validation-error"));

    private static async Task<Result<T>> ReadAsync<T>(
        byte[] body, string? contentType = "application/json", bool withLength = true, int piece = int.MaxValue)
        where T : class
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Body = new Pieces(body, piece);
        http.Request.ContentType = contentType;
        http.Request.ContentLength = withLength ? body.Length : null;
        return (await JsonBody<T>.BindAsync(http, null!)).Content;
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
