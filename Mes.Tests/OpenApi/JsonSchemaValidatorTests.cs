using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>Tests the validator itself: each keyword accepts one value and rejects another.</summary>
[Category("Unit")]
internal sealed class JsonSchemaValidatorTests
{
    private static readonly JsonSchemaValidator Validator = new(JsonNode.Parse(
        """{ "components": { "schemas": { "Digit": { "type": "integer", "minimum": 0, "maximum": 9 } } } }""")!.AsObject());

    [TestCase("""{ "type": "string" }""", "\"a\"", "1")]
    [TestCase("""{ "type": ["null", "string"] }""", "null", "1")]
    [TestCase("""{ "type": "integer" }""", "1", "1.5")]
    [TestCase("""{ "type": "object" }""", "{}", "[]")]
    [TestCase("""{ "const": "a" }""", "\"a\"", "\"b\"")]
    [TestCase("""{ "enum": [409] }""", "409", "410")]
    [TestCase("""{ "minLength": 1 }""", "\"a\"", "\"\"")]
    [TestCase("""{ "maxLength": 1 }""", "\"\\ud83d\\ude00\"", "\"ab\"")]
    [TestCase("""{ "pattern": "^a$" }""", "\"a\"", "\"b\"")]
    [TestCase("""{ "format": "uuid" }""", "\"019c131b-4d68-7c3e-9a41-5f0b6d2e8c17\"", "\"019c131b\"")]
    [TestCase("""{ "format": "date-time" }""", "\"2026-01-31T08:05:09.040Z\"", "\"2026-01-31 08:05:09\"")]
    [TestCase("""{ "format": "date" }""", "\"2026-01-31\"", "\"2026-02-31\"")]
    [TestCase("""{ "format": "int32" }""", "1", "3000000000")]
    [TestCase("""{ "minimum": 1 }""", "1", "0")]
    [TestCase("""{ "maximum": 1 }""", "1", "2")]
    [TestCase("""{ "multipleOf": 0.01 }""", "129.90", "129.905")]
    [TestCase("""{ "required": ["a"] }""", """{ "a": null }""", "{}")]
    [TestCase("""{ "properties": { "a": { "type": "string" } } }""", """{ "a": "" }""", """{ "a": 1 }""")]
    [TestCase("""{ "properties": { "a": {} }, "additionalProperties": false }""", """{ "a": 1 }""", """{ "b": 1 }""")]
    [TestCase("""{ "additionalProperties": { "type": "string" } }""", """{ "a": "" }""", """{ "a": 1 }""")]
    [TestCase("""{ "minProperties": 1 }""", """{ "a": 1 }""", "{}")]
    [TestCase("""{ "items": { "type": "string" } }""", "[\"a\"]", "[1]")]
    [TestCase("""{ "minItems": 1 }""", "[1]", "[]")]
    [TestCase("""{ "maxItems": 1 }""", "[1]", "[1, 2]")]
    [TestCase("""{ "uniqueItems": true }""", "[1, 2]", "[1, 1]")]
    [TestCase("""{ "oneOf": [{ "type": "null" }, { "type": "string" }] }""", "null", "1")]
    [TestCase("""{ "$ref": "#/components/schemas/Digit" }""", "9", "10")]
    [TestCase("""{ "items": { "$ref": "#/components/schemas/Digit" } }""", "[9]", "[9, 10]")]
    public void A_keyword_tells_right_from_wrong(string schema, string right, string wrong) => Assert.Multiple(() =>
    {
        Assert.That(Validator.Validate(JsonNode.Parse(right), JsonNode.Parse(schema)!), Is.Empty);
        Assert.That(Validator.Validate(JsonNode.Parse(wrong), JsonNode.Parse(schema)!), Has.Count.EqualTo(1));
    });

    [Test]
    public void A_keyword_that_is_not_known_is_an_error() =>
        Assert.That(() => Validator.Validate(1, JsonNode.Parse("""{ "exclusiveMinimum": 0 }""")!), Throws.TypeOf<NotSupportedException>());

    [Test]
    public void A_reference_that_leads_nowhere_is_an_error() =>
        Assert.That(() => Validator.Validate(1, JsonNode.Parse("""{ "$ref": "#/components/schemas/None" }""")!), Throws.TypeOf<FormatException>());
}
