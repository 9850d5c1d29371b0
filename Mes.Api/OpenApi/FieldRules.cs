using System.Globalization;
using Mes.Application.Orders;
using Mes.Domain.Orders;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Words and bounds of the fields by their names in JSON: a name means the same wherever it stands.</summary>
internal static class FieldRules
{
    /// <summary>Not blank, and no NUL.</summary>
    private const string NotBlank = @"^[^\u0000]*[^\s\u0000][^\u0000]*$";

    private const string NoNul = @"^[^\u0000]*$";

    private static readonly Dictionary<string, FieldRule> Rules = new()
    {
        ["id"] = new("The order's id, a UUID of version 7."),
        ["sellerId"] = new("Whose order it is; from the key it was submitted with."),
        ["externalId"] = Text("The seller's own reference, unique per seller.", OrderLimits.ExternalIdLength),
        ["fileName"] = Text("Of the model, as the seller named it.", OrderLimits.FileNameLength),
        ["sha256"] = new("Of the model file, in hexadecimal digits.") { MinLength = 64, MaxLength = 64, Pattern = $"^{OrderLimits.Sha256Pattern}$" },
        ["polygonCount"] = new("How many polygons the model has.") { Minimum = OrderLimits.MinPolygonCount },
        ["material"] = Text("What to make it of.", OrderLimits.MaterialLength),
        ["quantity"] = new("How many to make.") { Minimum = OrderLimits.MinQuantity, Maximum = OrderLimits.MaxQuantity },
        ["dueAt"] = new("When the seller needs it. Submitted with any offset; what is finer than a millisecond is cut off.") { IsOptional = true },
        ["notes"] = new("What the seller wants the factory to know.") { MaxLength = OrderLimits.NotesLength, Pattern = NoNul, IsOptional = true },
        ["amount"] = new("In units of the currency, with at most two decimals.") { Minimum = Price.MinAmount, Maximum = Price.MaxAmount, MultipleOf = 0.01m },
        ["currency"] = new("ISO 4217, alphabetic.") { MinLength = 3, MaxLength = 3, Pattern = "^[A-Z]{3}$" },
        ["operatorId"] = new("Who claimed the order; null before a claim and after a release."),
        ["carrier"] = Text("Who transports it.", OrderLimits.CarrierLength),
        ["trackingNumber"] = Text("By which the carrier knows it.", OrderLimits.TrackingNumberLength),
        ["reason"] = Text("Why; kept in the order's history.", OrderLimits.ReasonLength),
        ["version"] = new("Starts at 1; every change raises it by exactly 1.") { Minimum = 1 },
        ["createdAt"] = new("When the order was submitted."),
        ["statusChangedAt"] = new("Since when the order is in its status."),
        ["updatedAt"] = new("When the order was changed last."),
        ["next"] = new("The `cursor` of the next page; null on the last."),
        ["count"] = new("How many cards the whole column has.") { Minimum = 0 },
        ["asOf"] = new("The moment that the whole answer shows."),
        ["actor"] = new("Who: role and id, `operator:anna`; `database:<user>` for a change behind the service's back."),
        ["at"] = new("When."),
        ["note"] = new("The reason, where the change asks for one."),
        ["date"] = new("In UTC."),
        ["orders"] = new("How many orders left the status.") { Minimum = 0 },
        ["medianSeconds"] = new("Half of them stayed at most so long (nearest rank); null where none left.") { Minimum = 0 },
        ["p90Seconds"] = new("Nine of ten of them stayed at most so long (nearest rank); null where none left.") { Minimum = 0 },
    };

    public static bool IsOptional(string name) => Rules.TryGetValue(name, out var rule) && rule.IsOptional;

    /// <summary>A field that nobody has described stays as the framework sees it.</summary>
    public static void Apply(OpenApiSchema schema, string name, bool isRequest)
    {
        if (!Rules.TryGetValue(name, out var rule))
        {
            return;
        }

        schema.Description = rule.Description;
        schema.MinLength = rule.MinLength;
        schema.MaxLength = rule.MaxLength;
        schema.Minimum = rule.Minimum?.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = rule.Maximum?.ToString(CultureInfo.InvariantCulture);
        if (isRequest || rule.Pattern is not (NotBlank or NoNul))
        {
            schema.Pattern ??= rule.Pattern;
        }

        if (isRequest)
        {
            // Not for answers: what checks them with binary floating point would find faults that are its own.
            schema.MultipleOf = rule.MultipleOf;
            if (!rule.IsOptional)
            {
                schema.Type &= ~JsonSchemaType.Null;
            }
        }
    }

    private static FieldRule Text(string description, int maxLength) => new(description) { MinLength = 1, MaxLength = maxLength, Pattern = NotBlank };
}
