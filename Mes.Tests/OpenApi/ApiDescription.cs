using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mes.Api;
using Mes.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Mes.Tests.OpenApi;

/// <summary>The description that a service gives of itself, and a check of its answers against it.</summary>
internal sealed partial class ApiDescription
{
    private const string DocumentPath = "/openapi/v1.json";
    private const string Prefix = "/api/v1/";
    private const string Health = "/health/";

    /// <summary>
    /// Headers that the description need not name: those of HTTP itself, those for browsers that are the same on every
    /// answer, those that follow from the media type, and the old ones that the framework sends with Cache-Control.
    /// </summary>
    private static readonly HashSet<string> Unremarkable = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "X-Content-Type-Options", "Content-Security-Policy", "Transfer-Encoding", "Content-Type",
        "Content-Length", "Connection", "Pragma", "Expires",
    };

    private static readonly Lazy<Task<ApiDescription>> Current = new(StartAndReadAsync);

    /// <summary>The operations of each path by their methods, the most literal path first.</summary>
    private readonly (Regex Path, Dictionary<string, DescribedOperation> Operations)[] _operationsByPath;

    /// <summary>By their statuses, the problems that have one for themselves.</summary>
    private readonly Dictionary<string, JsonNode> _problems;

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
        _problems = Document["components"]!["responses"]!.AsObject().Select(response => response.Value!)
            .GroupBy(StatusOf).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key.ToString(CultureInfo.InvariantCulture), group => group.Single());
        _operationsByPath =
        [
            .. from path in Operations.GroupBy(operation => operation.Path)
               orderby path.Key.Count(c => c == '{')
               select (Template(path.Key), path.ToDictionary(operation => operation.Method)),
        ];
    }

    public string Text { get; }

    public JsonObject Document { get; }

    public JsonSchemaValidator Validator { get; }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    public static async Task<ApiDescription> ReadAsync(MesHost host)
    {
        using var response = await host.SendAsync(HttpMethod.Get, DocumentPath);
        return new ApiDescription(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    /// <summary>What this version of the service says of itself. Read once, from an instance without servers.</summary>
    public static Task<ApiDescription> CurrentAsync() => Current.Value;

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
        if (answer.StatusCode == HttpStatusCode.RequestUriTooLong)
        {
            return [];
        }

        var status = ((int)answer.StatusCode).ToString();
        return operation.Content["responses"]![status] is { } described
            ? Differences(Validator.Resolve(described), answer, await answer.Content.ReadAsStringAsync())
            : [$"{status} is not described"];
    }

    /// <summary>
    /// Compares an answer with the operation that was asked for. What no operation answers is a problem, described for
    /// all. What is not part of the API (metrics, pages) passes, and so does an address with NUL or of more than 8 KiB,
    /// which the server refuses before the service sees it. Health may be at another port, where this one has nothing.
    /// </summary>
    /// <param name="path">As in the request, without the query.</param>
    /// <inheritdoc cref="DifferencesAsync(DescribedOperation, HttpResponseMessage)"/>
    public async Task<IReadOnlyList<string>> DifferencesAsync(
        string method, string path, HttpResponseMessage answer, bool withBody)
    {
        var operations = _operationsByPath.FirstOrDefault(entry => entry.Path.IsMatch(path)).Operations;
        if (answer.StatusCode == HttpStatusCode.RequestUriTooLong
            || path.Contains("%00", StringComparison.Ordinal)
            || (operations is null && !path.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return [];
        }

        var isHead = method == "HEAD";
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        var isElsewhere = status == "404" && path.StartsWith(Health, StringComparison.OrdinalIgnoreCase);
        var described = !isElsewhere && operations?.GetValueOrDefault(isHead ? "GET" : method) is { } operation
            ? operation.Content["responses"]![status]
            : _problems.GetValueOrDefault(status);
        if (described is null)
        {
            return [$"{status} is not described"];
        }

        var body = withBody ? await answer.Content.ReadAsStringAsync() : null;
        if (isHead)
        {
            return [.. HeaderDifferences(Validator.Resolve(described), answer), .. body is "" ? [] : new[] { "a body" }];
        }

        return Differences(Validator.Resolve(described), answer, body);
    }

    private static async Task<ApiDescription> StartAndReadAsync()
    {
        await using var app = MesApplication.Build(
            ["--environment=Production", "--urls=http://127.0.0.1:0", "--Mes:Cache:Enabled=false",
                "--ConnectionStrings:Postgres=Host=127.0.0.1;Port=1"],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(new Uri(app.Urls.First()), DocumentPath));
        await app.StopAsync();
        return new ApiDescription(text);
    }

    private int StatusOf(JsonNode response) =>
        Validator.Resolve(response["content"]!["application/problem+json"]!["schema"]!)["properties"]!["status"]!["minimum"]!
            .GetValue<int>();

    private static Regex Template(string path) => new(
        $"^{Parameter().Replace(path, "[^/]+")}/?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private IReadOnlyList<string> Differences(JsonObject described, HttpResponseMessage answer, string? body) =>
    [
        .. HeaderDifferences(described, answer),
        .. body is null ? [] : BodyDifferences(described, answer.Content.Headers.ContentType, body),
    ];

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

        if (body.Length == 0)
        {
            return ["the body is missing"];
        }

        return content[type?.MediaType ?? "none"]?["schema"] is { } schema
            ? Validator.Validate(JsonNode.Parse(body), schema)
            : [$"the media type {type} is not described"];
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
