using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Tests.Support;

namespace Mes.Tests.Http;

/// <summary>Valid bodies, which tests send as they are or make invalid, and forged cursors.</summary>
internal static class Samples
{
    private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static string Sha256 { get; } = new('a', 64);

    /// <summary>The cursors that differ in one character: in one of the lowest bits of its value.</summary>
    public static IEnumerable<string> Forged(string cursor, int bits = 1) =>
        from i in Enumerable.Range(0, cursor.Length)
        from bit in Enumerable.Range(0, bits)
        select cursor[..i] + Base64Url[Base64Url.IndexOf(cursor[i]) ^ (1 << bit)] + cursor[(i + 1)..];

    public static JsonObject Submission(string? externalId = null) => new()
    {
        ["externalId"] = externalId ?? ServiceUnderTest.Unique("PO"),
        ["model"] = new JsonObject { ["fileName"] = "bracket.stl", ["sha256"] = Sha256, ["polygonCount"] = 120_000 },
        ["material"] = "PA12",
        ["quantity"] = 5,
        ["dueAt"] = "2027-03-01T12:00:00+02:00",
        ["notes"] = "no support marks on the outside",
    };

    /// <summary>A valid body for an endpoint, as the API's description shows it; null if it takes none.</summary>
    public static JsonNode? BodyOf(string method, string path) =>
        ApiEndpoints.Mapped.Single(endpoint => endpoint.Method == method && endpoint.Path == path).Body is { } body
            ? body == typeof(SubmitOrderBody) ? Submission() : Mes.Api.OpenApi.Examples.Of(body)
            : null;

    /// <summary>A valid body for a change, by the type that its endpoint takes; null if it takes none.</summary>
    public static JsonObject? BodyOf(string action) =>
        ApiEndpoints.Mapped.Single(endpoint => endpoint.IsChange && endpoint.Action == action).Body switch
        {
            var body when body == typeof(NoBody) => null,
            var body when body == typeof(PriceBody) => new() { ["amount"] = 49.9m, ["currency"] = "EUR" },
            var body when body == typeof(ShipmentBody) =>
                new() { ["carrier"] = "DHL", ["trackingNumber"] = "JD014600003RU" },
            var body when body == typeof(ReasonBody) => new() { ["reason"] = "nozzle clogged" },
            var body => throw new NotSupportedException($"Add a good {body?.Name} to Samples.BodyOf (Mes.Tests/Http)."),
        };
}
