using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mes.Application.Json;

/// <summary>The JSON of the contract: camelCase, null for what has no value, times with three decimals, statuses by name.</summary>
public static class MesJson
{
    /// <summary>
    /// For both ways: what comes in must be exactly what was asked for (no unknown or repeated property, no other case).
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Sets up options that belong to somebody else, such as the web framework, the same way.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        // Text as it is: what goes out is JSON, never part of a page.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new OrderStatusConverter());
        options.Converters.Add(new Rfc3339Converter());
        options.Converters.Add(new WholeNumberConverter<int>());
        options.Converters.Add(new WholeNumberConverter<long>());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
