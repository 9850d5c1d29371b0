using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mes.Application.Json;

/// <summary>
/// The contract's JSON: camelCase, null for a missing value, times with three decimals, statuses by name.
/// </summary>
public static class MesJson
{
    /// <summary>For reading and writing. Reading is strict: no unknown or repeated property, no other case.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Configures other options, such as the web framework's, the same way.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        // No escaping for HTML: the JSON is never part of a page.
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
