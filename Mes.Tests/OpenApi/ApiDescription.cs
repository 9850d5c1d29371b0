using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Mes.Tests.Support;

namespace Mes.Tests.OpenApi;

/// <summary>The description that a service gives of itself, and a check of its answers against it.</summary>
internal sealed class ApiDescription
{
    /// <summary>
    /// Headers that the description need not name: those of HTTP itself, those for browsers that are the same on every
    /// answer, those that follow from the media type, and the old ones that the framework sends with Cache-Control.
    /// </summary>
    private static readonly HashSet<string> Unremarkable = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "X-Content-Type-Options", "Content-Security-Policy", "Transfer-Encoding", "Content-Type",
            "Content-Length", "Pragma", "Expires",
    };

    private ApiDescription(string text)
    {
        Text = text;
        Document = JsonNode.Parse(text)!.AsObject();
        Validator = new JsonSchemaValidator(Document);
        Operations =
        [
            .. from path in Document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new DescribedOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
    }

    public string Text { get; }

    public JsonObject Document { get; }

    public JsonSchemaValidator Validator { get; }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    public static async Task<ApiDescription> ReadAsync(MesHost host)
    {
        using var response = await host.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        return new ApiDescription(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    public DescribedOperation Operation(string method, string path) =>
        Operations.Single(operation => operation.Method == method && operation.Path == path);

    /// <returns>The problem types that the operation may return with this status.</returns>
    public IEnumerable<string> ProblemTypes(DescribedOperation operation, string status)
    {
        var schema = Validator.Resolve(
            operation.Content["responses"]![status]!)["content"]!["application/problem+json"]!["schema"]!;
        return (schema["oneOf"]?.AsArray() ?? [schema.DeepClone()])
            .Select(one => Validator.Resolve(one!)["properties"]!["type"]!["const"]!.GetValue<string>());
    }

    /// <returns>The differences between the answer and its description; empty if there are none.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(DescribedOperation operation, HttpResponseMessage answer)
    {
        var status = ((int)answer.StatusCode).ToString();
        return operation.Content["responses"]![status] is { } described
            ? [.. await DifferencesAsync(Validator.Resolve(described), answer)]
            : [$"{status} is not described"];
    }

    /// <inheritdoc cref="DifferencesAsync(DescribedOperation, HttpResponseMessage)"/>
    public async Task<IEnumerable<string>> DifferencesAsync(JsonObject described, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        return [.. HeaderDifferences(described, answer),
            .. BodyDifferences(described, answer.Content.Headers.ContentType, body)];
    }

    private IEnumerable<string> HeaderDifferences(JsonObject described, HttpResponseMessage answer)
    {
        var real = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => !Unremarkable.Contains(header.Key))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var expected = (described["headers"]?.AsObject() ?? [])
            .ToDictionary(
                header => header.Key, header => Validator.Resolve(header.Value!), StringComparer.OrdinalIgnoreCase);

        foreach (var (name, value) in real)
        {
            if (!expected.TryGetValue(name, out var header))
            {
                yield return $"the header {name}: {value} is not described";
                continue;
            }

            var schema = header["schema"]!;
            var parsed = schema["type"]!.GetValue<string>() == "integer"
                ? JsonNode.Parse(value)!
                : JsonValue.Create(value);
            foreach (var difference in Validator.Validate(parsed, schema))
            {
                yield return $"the header {name}: {value}: {difference}";
            }
        }

        foreach (var (name, _) in expected.Where(
            header => header.Value["required"]?.GetValue<bool>() == true && !real.ContainsKey(header.Key)))
        {
            yield return $"the header {name} is missing";
        }
    }

    private IReadOnlyList<string> BodyDifferences(JsonObject described, MediaTypeHeaderValue? type, string body)
    {
        if (described["content"] is not { } content)
        {
            return body.Length == 0 ? [] : ["a body is not described"];
        }

        return content[type?.MediaType ?? "none"]?["schema"] is { } schema
            ? Validator.Validate(JsonNode.Parse(body), schema)
            : [$"the media type {type} is not described"];
    }
}
