using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mes.Tests.OpenApi;

/// <summary>
/// The part of JSON Schema (2020-12) that the API's description uses. An unknown keyword is an error, so that no rule
/// is ignored silently.
/// </summary>
internal sealed class JsonSchemaValidator(JsonObject document)
{
    private static readonly HashSet<string> Annotations =
        ["description", "title", "example", "examples", "default", "discriminator"];

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <returns>The errors, each with the path of its place; empty if the value is valid.</returns>
    public IReadOnlyList<string> Validate(JsonNode? value, JsonNode schema) =>
        [.. Check(value, schema.AsObject(), "$")];

    /// <summary>The target of a local reference (<c>#/components/…</c>); any other schema unchanged.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        var current = node.AsObject();
        while (current["$ref"] is { } reference)
        {
            JsonNode? target = document;
            foreach (var segment in reference.GetValue<string>().TrimStart('#')
                .Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                target = target?[segment.Replace("~1", "/").Replace("~0", "~")];
            }

            current = target as JsonObject ?? throw new FormatException($"{reference} leads nowhere");
        }

        return current;
    }

    private IEnumerable<string> Check(JsonNode? value, JsonObject schema, string path) =>
        schema.SelectMany(keyword => Check(value, schema, keyword.Key, keyword.Value!, path));

    private IEnumerable<string> Check(JsonNode? value, JsonObject schema, string keyword, JsonNode rule, string path)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        switch (keyword)
        {
            case "$ref":
                return Check(value, Resolve(schema), path);
            case "type":
                var types = rule is JsonArray several
                    ? several.Select(type => type!.GetValue<string>())
                    : [rule.GetValue<string>()];
                return Unless(
                    types.Any(type => IsOfType(value, kind, type)), path, $"is {kind}, not {rule.ToJsonString()}");
            case "const":
                return Unless(JsonNode.DeepEquals(value, rule), path, $"is not {rule.ToJsonString()}");
            case "enum":
                return Unless(rule.AsArray().Any(one => JsonNode.DeepEquals(value, one)), path,
                    $"is none of {rule.ToJsonString()}");
            case "oneOf":
                var matches = rule.AsArray().Count(one => !Check(value, one!.AsObject(), path).Any());
                return Unless(matches == 1, path, $"matches {matches} of the alternatives");
            case "format":
                return kind == JsonValueKind.String
                    ? Unless(HasFormat(value!.GetValue<string>(), rule.GetValue<string>()), path, $"is no {rule}")
                    : kind == JsonValueKind.Number
                        ? Unless(HasNumberFormat(value!, rule.GetValue<string>()), path, $"is no {rule}")
                    : [];
            case "pattern" when kind == JsonValueKind.String:
                return Unless(
                    Matches(value!.GetValue<string>(), rule.GetValue<string>()), path, $"does not match {rule}");
            case "minLength" when kind == JsonValueKind.String:
                return Unless(Length(value!) >= rule.GetValue<int>(), path, $"has less than {rule} characters");
            case "maxLength" when kind == JsonValueKind.String:
                return Unless(Length(value!) <= rule.GetValue<int>(), path, $"has more than {rule} characters");
            case "minimum" when kind == JsonValueKind.Number:
                return Unless(Number(value!) >= Number(rule), path, $"is below {rule}");
            case "maximum" when kind == JsonValueKind.Number:
                return Unless(Number(value!) <= Number(rule), path, $"is above {rule}");
            case "multipleOf" when kind == JsonValueKind.Number:
                return Unless(Number(value!) % Number(rule) == 0, path, $"is no multiple of {rule}");
            case "required" when value is JsonObject there:
                return rule.AsArray().Select(name => name!.GetValue<string>()).Where(name => !there.ContainsKey(name))
                    .Select(name => $"{path}: lacks {name}");
            case "properties" when value is JsonObject there:
                return rule.AsObject().Where(property => there.ContainsKey(property.Key))
                    .SelectMany(
                        property => Check(there[property.Key], property.Value!.AsObject(), $"{path}.{property.Key}"));
            case "additionalProperties" when value is JsonObject there:
                var extra = there.Where(property => schema["properties"]?[property.Key] is null);
                return rule is JsonObject of
                    ? extra.SelectMany(property => Check(property.Value, of, $"{path}.{property.Key}"))
                    : rule.GetValue<bool>() ? [] : extra.Select(property => $"{path}: has {property.Key}");
            case "minProperties" when value is JsonObject there:
                return Unless(there.Count >= rule.GetValue<int>(), path, $"has less than {rule} properties");
            case "items" when value is JsonArray items:
                return items.SelectMany((item, i) => Check(item, rule.AsObject(), $"{path}[{i}]"));
            case "minItems" when value is JsonArray items:
                return Unless(items.Count >= rule.GetValue<int>(), path, $"has less than {rule} items");
            case "maxItems" when value is JsonArray items:
                return Unless(items.Count <= rule.GetValue<int>(), path, $"has more than {rule} items");
            case "uniqueItems" when value is JsonArray items:
                return Unless(
                    items.DistinctBy(item => item?.ToJsonString()).Count() == items.Count, path, "has an item twice");
            case "pattern" or "minLength" or "maxLength" or "minimum" or "maximum" or "multipleOf" or "required" or "properties"
                or "additionalProperties" or "minProperties" or "items" or "minItems" or "maxItems" or "uniqueItems":
                return [];
            default:
                return Annotations.Contains(keyword)
                    ? []
                    : throw new NotSupportedException($"{path}: the schema's keyword {keyword} is not known");
        }
    }

    private static IEnumerable<string> Unless(bool isRight, string path, string what) => isRight
        ? []
        : [$"{path} {what}"];

    private static bool IsOfType(JsonNode? value, JsonValueKind kind, string type) => type switch
    {
        "null" => kind == JsonValueKind.Null,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "string" => kind == JsonValueKind.String,
        "number" => kind == JsonValueKind.Number,
        "integer" => kind == JsonValueKind.Number && decimal.IsInteger(Number(value!)),
        "object" => kind == JsonValueKind.Object,
        "array" => kind == JsonValueKind.Array,
        _ => throw new NotSupportedException($"The type {type} is not known"),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => Matches(
            text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$")
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uri-reference" => Matches(text, "^([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$")
            && !text.StartsWith("//", StringComparison.Ordinal),
        _ => throw new NotSupportedException($"The format {format} is not known"),
    };

    private static bool HasNumberFormat(JsonNode value, string format) => format switch
    {
        "decimal" => true,
        "int32" => Number(value) is >= int.MinValue and <= int.MaxValue,
        "int64" => Number(value) is >= long.MinValue and <= long.MaxValue,
        _ => throw new NotSupportedException($"The format {format} is not known"),
    };

    private static bool Matches(string text, string pattern) =>
        Patterns.GetOrAdd(pattern, static one => new Regex(one, RegexOptions.Compiled)).IsMatch(text);

    private static decimal Number(JsonNode value) =>
        decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The length in Unicode code points, as JSON Schema counts it.</summary>
    private static int Length(JsonNode value) => value.GetValue<string>().EnumerateRunes().Count();
}
