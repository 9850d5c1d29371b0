using System.Text.Json;
using Mes.Chaos.Checking;

namespace Mes.Chaos.Workload;

/// <summary>Reads the service's JSON and headers.</summary>
internal static class Answer
{
    public static Source SourceOf(HttpResponseMessage response)
    {
        var status = response.Headers.TryGetValues("Cache-Status", out var values) ? values.First() : "";
        return status switch
        {
            "mes; hit" => Source.Hit,
            _ when status.StartsWith("mes; hit", StringComparison.Ordinal) => Source.Unverified,
            _ when status.StartsWith("mes; fwd=miss", StringComparison.Ordinal) => Source.Miss,
            _ when status.StartsWith("mes; fwd=bypass", StringComparison.Ordinal) => Source.Bypass,
            _ => Source.None,
        };
    }

    public static async Task<JsonDocument> ParseAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());

    public static Guid Id(JsonElement order) => order.GetProperty("id").GetGuid();

    public static int Version(JsonElement order) => order.GetProperty("version").GetInt32();

    public static string Status(JsonElement order) => string.Intern(order.GetProperty("status").GetString()!);

    /// <summary>In an order's history: the status to which a change led.</summary>
    public static string Entered(JsonElement change) => string.Intern(change.GetProperty("to").GetString()!);

    public static long UpdatedAt(JsonElement order) =>
        order.GetProperty("updatedAt").GetDateTimeOffset().ToUnixTimeMilliseconds();
}
