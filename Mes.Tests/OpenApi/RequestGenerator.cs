using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mes.Tests.Support;

namespace Mes.Tests.OpenApi;

/// <summary>
/// Makes requests from the API's description: valid ones, ones that are nearly valid, and broken ones. A request
/// depends on the seed and its number alone, and on the ids that there are.
/// </summary>
/// <param name="orders">Orders that exist.</param>
/// <param name="keys">API keys that exist.</param>
/// <param name="webhooks">Webhooks that exist.</param>
/// <param name="events">Events that were meant for them.</param>
internal sealed class RequestGenerator(
    ApiDescription api,
    int seed,
    IReadOnlyList<string> orders,
    IReadOnlyList<string> keys,
    IReadOnlyList<string> webhooks,
    IReadOnlyList<string> events)
{
    /// <summary>Without the stream, whose answer has no end.</summary>
    private readonly DescribedOperation[] _operations =
        [.. api.Operations.Where(operation => !operation.Path.EndsWith("/stream", StringComparison.Ordinal))];

    private static readonly string[] Texts =
    [
        "", " ", "a", "x y", "null", "0", "-1", "1.5", "1e3", "99999999999999999999", "NaN", "true", "[]", "{}", "*",
        "'", "\"", "\\", "--", "' OR 1=1 --", "<script>", "%", "_", "ÄÖÜ", "😀", "\u0000", "\u0001", "\u202e", "\ufeff",
        "\ufffe", "\u0301", "A\u030a", "Ⅷ", "٣", "2026-01-31", "2026-01-31T08:05:09.040Z", "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "EUR", "seller", "admin", "SUBMITTED", "alpha", "beta",
        "00000000-0000-0000-0000-000000000000", "/", "..", "\r\n", "a\tb", "-updatedAt", "\"1\"", "W/\"1\"",
    ];

    private static readonly string?[] Callers =
    [
        MesHost.Alpha, MesHost.Alpha, MesHost.Beta, MesHost.Anna, MesHost.Boris, MesHost.Crm, MesHost.Crm,
        MesHost.Admin, MesHost.Admin,
    ];

    private static readonly string?[] Strangers = [null, "", "nonsense", "mes_live_k0000_x", MesHost.Alpha + "x"];

    private static readonly string?[] MediaTypes =
    [
        null, "text/plain", "application/xml", "application/json; charset=utf-16", "application/json;", "json",
        "application/problem+json",
    ];

    public RandomRequest Make(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var operation = _operations[random.Next(_operations.Length)];
        var roleKeys = operation.Roles.Count == 0
            ? Callers
            : [.. Callers.Where(key => operation.Roles.Any(key!.Contains))];
        var key = Chance(random, 3) ? Pick(random, Strangers)
            : Chance(random, 8) ? Pick(random, Callers)
            : Pick(random, roleKeys);
        var headers = new List<(string, string)>();
        var path = new StringBuilder(operation.Path);
        var query = new List<string>();
        foreach (var parameter in operation.Parameters)
        {
            var name = parameter["name"]!.GetValue<string>();
            switch (parameter["in"]!.GetValue<string>())
            {
                case "path":
                    path.Replace($"{{{name}}}", PathValue(random, operation, name, parameter));
                    break;
                case "query" when Chance(random, 30):
                    var pair = $"{name}={Uri.EscapeDataString(Value(random, name, parameter))}";
                    query.Add(pair);
                    if (Chance(random, 3))
                    {
                        query.Add(pair);
                    }

                    break;
                case "header" when Chance(random, 30):
                    headers.Add((name, HeaderValue(random, parameter)));
                    break;
            }
        }

        if (Chance(random, 3))
        {
            query.Add(Pick(random, ["x=1", "=", "&", "%FF=1", "limit", "cursor=%C0%80", "Limit=5"]));
        }

        var request = new RandomRequest(
            operation, path + (query.Count > 0 ? "?" + string.Join('&', query) : ""), key, headers);
        return operation.HasBody ? WithBody(random, request) : request;
    }

    private RandomRequest WithBody(Random random, RandomRequest request)
    {
        var schema = api.Validator.Resolve(request.Operation.Body!["schema"]!);
        var value = Chance(random, 10) && request.Operation.Body["example"] is { } example
            ? example.DeepClone()
            : Valid(random, schema, "body", 0);
        if (Chance(random, 40))
        {
            value = Spoil(random, value);
        }

        var body = Encoding.UTF8.GetBytes(value?.ToJsonString() ?? "null");
        var mediaType = "application/json";
        if (Chance(random, 12))
        {
            switch (random.Next(8))
            {
                case 0:
                    body = body[..random.Next(body.Length + 1)];
                    break;
                case 1:
                    body[random.Next(body.Length)] = (byte)random.Next(256);
                    break;
                case 2:
                    mediaType = Pick(random, MediaTypes);
                    break;
                case 3:
                    body = [];
                    break;
                case 4:
                    body = [.. body, .. body];
                    break;
                case 5:
                    body = [.. Enumerable.Repeat((byte)(Chance(random, 50) ? '[' : ' '), random.Next(2_000))];
                    break;
                case 6:
                    body = new byte[random.Next(64)];
                    random.NextBytes(body);
                    break;
                default:
                    body = new byte[(256 * 1024) + random.Next(-2, 3)];
                    Array.Fill(body, (byte)' ');
                    break;
            }
        }

        var headers = Chance(random, 1)
            ? [.. request.Headers, ("Content-Encoding", Pick(random, ["gzip", "identity", "x"]))]
            : request.Headers;
        return request with
        {
            Body = Chance(random, 3) ? null : body,
            MediaType = mediaType,
            Headers = [.. headers],
        };
    }

    private string PathValue(Random random, DescribedOperation operation, string name, JsonObject parameter)
    {
        var known = name switch
        {
            "id" => orders,
            "keyId" => keys,
            "webhookId" => webhooks,
            "eventId" => events,
            _ => null,
        };

        // There are few webhooks, so few are deleted.
        var isSpared = name == "webhookId" && operation.Method == "DELETE" && !Chance(random, 5);
        if (known is not null && !isSpared && !Chance(random, 15))
        {
            return known[random.Next(known.Count)];
        }

        if (parameter["schema"]!["enum"] is JsonArray values && !Chance(random, 15))
        {
            return values[random.Next(values.Count)]!.GetValue<string>();
        }

        // Neither nothing, nor dots, which would be another path; nor NUL, which the server itself refuses.
        var text = Chance(random, 30) ? Id(random) : Text(random, 40).Replace("\0", "", StringComparison.Ordinal);
        return Uri.EscapeDataString(text.All(c => c == '.') ? "x" : text);
    }

    private string Value(Random random, string name, JsonObject parameter)
    {
        if (name == "wait")
        {
            // A valid one holds the call, so there are few.
            return Chance(random, 2) ? "1" : Pick(random, ["0", "31", "-1", "x", ""]);
        }

        if (Chance(random, 25))
        {
            return Text(random, 80);
        }

        var schema = parameter["schema"]!.AsObject();
        var value = Valid(random, schema, name, 0);
        return value is JsonArray items ? string.Join(',', items.Select(item => item!.ToString()))
            : value!.ToString();
    }

    private static string HeaderValue(Random random, JsonObject parameter) => Chance(random, 40)
        ? Pick(random, ["\"1\"", "\"2\"", "\"3\"", "*", "\"1\", \"2\"", "W/\"1\""])
        : Chance(random, 50)
            ? parameter["example"]!.ToString()
            : string.Concat(Enumerable.Range(0, random.Next(1, Chance(random, 5) ? 300 : 20))
                .Select(_ => (char)random.Next(' ' + 1, '~' + 1)));

    /// <summary>A value that the schema allows, or nearly: patterns are met by examples and by what they are for.
    /// </summary>
    private JsonNode? Valid(Random random, JsonObject given, string name, int depth)
    {
        var schema = api.Validator.Resolve(given);
        if (schema["oneOf"] is JsonArray alternatives)
        {
            return Valid(random, alternatives[random.Next(alternatives.Count)]!.AsObject(), name, depth);
        }

        if (schema["enum"] is JsonArray values)
        {
            return values[random.Next(values.Count)]?.DeepClone();
        }

        string[] types = schema["type"] is JsonArray several
            ? [.. several.Select(one => one!.GetValue<string>())]
            : [schema["type"]?.GetValue<string>() ?? "object"];
        switch (Pick(random, types))
        {
            case "null":
                return null;
            case "boolean":
                return JsonValue.Create(Chance(random, 50));
            case "integer":
            case "number":
                return Number(random, schema);
            case "array":
                var most = Math.Min(schema["maxItems"]?.GetValue<int>() ?? 3, Chance(random, 5) ? 100 : 4);
                var least = schema["minItems"]?.GetValue<int>() ?? 0;
                return new JsonArray([.. Enumerable.Range(0, random.Next(least, Math.Max(least, most) + 1))
                    .Select(_ => Valid(random, schema["items"]!.AsObject(), name, depth + 1))]);
            case "object":
                var made = new JsonObject();
                foreach (var (property, rules) in schema["properties"]?.AsObject() ?? [])
                {
                    var isRequired = schema["required"]?.AsArray().Any(one => one!.ToString() == property) == true;
                    if (isRequired || Chance(random, 60))
                    {
                        made[property] = Valid(random, rules!.AsObject(), property, depth + 1);
                    }
                }

                return made;
            default:
                return JsonValue.Create(String(random, schema, name));
        }
    }

    private string String(Random random, JsonObject schema, string name)
    {
        if (schema["format"]?.ToString() == "date-time")
        {
            return new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
                .AddSeconds(random.Next(100_000_000))
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        switch (name)
        {
            case "sha256":
                return Convert.ToHexStringLower(BitConverter.GetBytes(random.NextInt64())).PadLeft(64, 'a');
            case "url" when Chance(random, 80):
                return "http://127.0.0.1:9/";
            case "key" when Chance(random, 80):
                return Pick(random, [MesHost.Anna, MesHost.Crm, MesHost.Alpha]);
            case "currency":
                return Pick(random, ["EUR", "USD", "CHF", "XXX"]);
            case "ids":
                return Chance(random, 80) ? orders[random.Next(orders.Count)] : Id(random);
            case "sellerId":
                return Pick(random, ["alpha", "beta", "gamma"]);
            case "operatorId":
                return Pick(random, ["anna", "boris"]);
            case "externalId" when Chance(random, 90):
                return $"PO-{random.Next():x8}";
        }

        var longest = schema["maxLength"]?.GetValue<int>() ?? 40;
        var length = Chance(random, 10) ? longest : random.Next(1, Math.Min(longest, 20) + 1);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z' + 1)));
    }

    private static JsonNode Number(Random random, JsonObject schema)
    {
        var minimum = schema["minimum"]?.GetValue<decimal>() ?? 0;
        var maximum = Math.Min(schema["maximum"]?.GetValue<decimal>() ?? int.MaxValue, int.MaxValue);
        var value = random.Next(4) switch
        {
            0 => minimum,
            1 => maximum,
            _ => minimum + Math.Floor((decimal)random.NextDouble() * Math.Min(maximum - minimum, 1_000)),
        };
        return JsonValue.Create(value);
    }

    /// <summary>Changes one value somewhere within.</summary>
    private static JsonNode? Spoil(Random random, JsonNode? value)
    {
        if (value is JsonObject { Count: > 0 } outer && !Chance(random, 15))
        {
            var (name, inner) = outer.ElementAt(random.Next(outer.Count));
            switch (random.Next(4))
            {
                case 0:
                    outer.Remove(name);
                    break;
                case 1:
                    outer[Pick(random, ["status", "sellerId", "id", "version", Text(random, 10)])] = Anything(random);
                    break;
                default:
                    outer[name] = Spoil(random, inner?.DeepClone());
                    break;
            }

            return outer;
        }

        return Anything(random);
    }

    private static JsonNode? Anything(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => JsonValue.Create(true),
        2 => JsonValue.Create(random.Next(-2, 3)),
        3 => JsonValue.Create(long.MaxValue),
        4 => JsonNode.Parse(Pick(random, ["1e400", "-0.0", "1.00000000000000000000000000001", "1e-400", "0.1e2"])),
        5 => new JsonArray(),
        6 => new JsonObject { ["a"] = new JsonArray(1) },
        7 => JsonValue.Create(new string('x', random.Next(3_000))),
        _ => JsonValue.Create(Text(random, 70)),
    };

    private static string Text(Random random, int longest) => random.Next(3) switch
    {
        0 => string.Concat(Enumerable.Range(0, random.Next(1, longest)).Select(_ => (char)random.Next('!', '~'))),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Texts))) + "x",
        _ => Pick(random, Texts) is { Length: > 0 } text ? text : "x",
    };

    private static string Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString("D");
    }

    private static bool Chance(Random random, int percent) => random.Next(100) < percent;

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
