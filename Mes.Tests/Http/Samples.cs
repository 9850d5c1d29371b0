using System.Text.Json.Nodes;

namespace Mes.Tests.Http;

/// <summary>Bodies that are right, for tests to send or to spoil.</summary>
internal static class Samples
{
    public static string Sha256 { get; } = new('a', 64);

    public static JsonObject Submission(string? externalId = null) => new()
    {
        ["externalId"] = externalId ?? ServiceUnderTest.Unique("PO"),
        ["model"] = new JsonObject { ["fileName"] = "bracket.stl", ["sha256"] = Sha256, ["polygonCount"] = 120_000 },
        ["material"] = "PA12",
        ["quantity"] = 5,
        ["dueAt"] = "2027-03-01T12:00:00+02:00",
        ["notes"] = "no support marks on the outside",
    };

    /// <summary>A body for each change; null for what takes none.</summary>
    public static JsonObject? BodyOf(string action) => action switch
    {
        "price" => new() { ["amount"] = 49.9m, ["currency"] = "EUR" },
        "shipment" => new() { ["carrier"] = "DHL", ["trackingNumber"] = "JD014600003RU" },
        "release" or "cancellation" or "rejection" => new() { ["reason"] = "nozzle clogged" },
        _ => null,
    };
}
