using System.Globalization;
using Mes.Application.Paging;

namespace Mes.Api.Http;

/// <summary>The query parameters that all pages share.</summary>
internal static class PagingQuery
{
    public static QueryParameter Cursor { get; } =
        new("cursor", "The `next` of the previous page, for the same list and the same caller.")
        {
            Example = "AAABm8uJ0XABm8uJ0XB6f4WhbkP2Yn0mQx9v1cL4dYv3b0Jm5xw",
        };

    public static QueryParameter Limit(int defaultValue) =>
        Number("limit", "The most items on a page.", PageLimits.Min, PageLimits.Max, defaultValue);

    /// <summary>A whole number with a default, which is its example too.</summary>
    public static QueryParameter Number(string name, string description, int min, int max, int defaultValue)
    {
        var shown = defaultValue.ToString(CultureInfo.InvariantCulture);
        return new QueryParameter(name, description)
        {
            Type = "integer",
            Minimum = min,
            Maximum = max,
            Default = shown,
            Example = shown,
        };
    }
}
