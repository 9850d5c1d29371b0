using System.Globalization;
using Mes.Application.Orders;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Webhooks;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>
/// The bounds of fields, by their names in JSON. Their descriptions come from the XML docs of the types.
/// </summary>
internal static class FieldRules
{
    /// <summary>Not blank, and no NUL.</summary>
    private const string NotBlank = @"^[^\u0000]*[^\s\u0000][^\u0000]*$";

    private const string NoNul = @"^[^\u0000]*$";

    private static readonly Dictionary<string, FieldRule> Rules = new()
    {
        ["externalId"] = Text(OrderLimits.ExternalIdLength),
        ["fileName"] = Text(OrderLimits.FileNameLength),
        ["sha256"] = new() { MinLength = 64, MaxLength = 64, Pattern = $"^{OrderLimits.Sha256Pattern}$" },
        ["polygonCount"] = new() { Minimum = OrderLimits.MinPolygonCount },
        ["material"] = Text(OrderLimits.MaterialLength),
        ["quantity"] = new() { Minimum = OrderLimits.MinQuantity, Maximum = OrderLimits.MaxQuantity },
        ["dueAt"] = new() { IsOptional = true },
        ["notes"] = new() { MaxLength = OrderLimits.NotesLength, Pattern = NoNul, IsOptional = true },
        // The description says that it has at most two decimals: for multipleOf, binary floating point makes 0.07 no
        // multiple of 0.01.
        ["amount"] = new() { Minimum = Price.MinAmount, Maximum = Price.MaxAmount },
        ["currency"] = new() { MinLength = 3, MaxLength = 3, Pattern = "^[A-Z]{3}$" },
        ["carrier"] = Text(OrderLimits.CarrierLength),
        ["trackingNumber"] = Text(OrderLimits.TrackingNumberLength),
        ["reason"] = Text(OrderLimits.ReasonLength),
        ["sellerId"] = HolderId(),
        ["operatorId"] = HolderId(),
        ["name"] = Text(ApiKeyLimits.NameLength) with { IsOptional = true },
        ["expiresAt"] = new() { IsOptional = true },
        ["overlapSeconds"] = new() { Minimum = 0, Maximum = ApiKeyLimits.MaxOverlapSeconds, IsOptional = true },
        ["key"] = new() { Pattern = "^mes_(live|test)_[a-z0-9-]+_[A-Za-z0-9_-]{43,}$" },
        ["url"] = new()
        {
            MinLength = 1,
            MaxLength = WebhookLimits.UrlLength,
            Pattern = @"^[Hh][Tt][Tt][Pp][Ss]?://[^\s\\#\u0000]+$",
        },
        ["types"] = new() { IsOptional = true },
        ["description"] = new()
        {
            MaxLength = WebhookLimits.DescriptionLength,
            Pattern = NoNul,
            IsOptional = true,
        },
        ["secret"] = new() { Pattern = "^whsec_[A-Za-z0-9+/]{43}=$" },
        ["attempt"] = new() { Minimum = 0 },
        ["responseStatus"] = new() { Minimum = 100, Maximum = 999 },
        ["durationMs"] = new() { Minimum = 0 },
        ["orderIdText"] = Text(OrderLimits.IdTextLength),
        ["version"] = new() { Minimum = 1 },
        ["count"] = new() { Minimum = 0 },
        ["orders"] = new() { Minimum = 0 },
        ["medianSeconds"] = new() { Minimum = 0 },
        ["p90Seconds"] = new() { Minimum = 0 },
    };

    public static bool IsOptional(string name) => Rules.TryGetValue(name, out var rule) && rule.IsOptional;

    /// <summary>Leaves a field without a rule as the framework describes it.</summary>
    public static void Apply(OpenApiSchema schema, string name, bool isRequest)
    {
        if (!Rules.TryGetValue(name, out var rule))
        {
            return;
        }

        schema.MinLength = rule.MinLength;
        schema.MaxLength = rule.MaxLength;
        schema.Minimum = rule.Minimum?.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = rule.Maximum?.ToString(CultureInfo.InvariantCulture);
        if (isRequest || rule.Pattern is not (NotBlank or NoNul))
        {
            schema.Pattern ??= rule.Pattern;
        }

        if (isRequest && !rule.IsOptional)
        {
            schema.Type &= ~JsonSchemaType.Null;
        }
    }

    private static FieldRule HolderId() =>
        new() { MinLength = 1, MaxLength = 64, Pattern = $"^{ApiKeyLimits.HolderIdPattern}$", IsOptional = true };

    private static FieldRule Text(int maxLength) => new() { MinLength = 1, MaxLength = maxLength, Pattern = NotBlank };
}
