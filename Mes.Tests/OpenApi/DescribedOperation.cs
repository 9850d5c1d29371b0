using System.Text.Json.Nodes;

namespace Mes.Tests.OpenApi;

/// <summary>An operation of the API's description.</summary>
/// <param name="Method">In upper case.</param>
internal sealed record DescribedOperation(string Method, string Path, JsonObject Content)
{
    public IReadOnlyList<string> Roles =>
        [.. Content["x-roles"]?.AsArray().Select(role => role!.GetValue<string>()) ?? []];

    public IReadOnlyList<JsonObject> Parameters =>
        [.. Content["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()) ?? []];

    public JsonNode? Body => Content["requestBody"]?["content"]?["application/json"];

    public bool HasBody => Body is not null;

    public bool IsChange => Parameters.Any(parameter => parameter["name"]!.GetValue<string>() == "If-Match");

    public override string ToString() => $"{Method} {Path}";
}
