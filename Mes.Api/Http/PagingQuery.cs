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

    public static QueryParameter Limit(int defaultValue) => new("limit", "The most items on a page.")
    {
        Type = "integer",
        Minimum = PageLimits.Min,
        Maximum = PageLimits.Max,
        Default = defaultValue.ToString(CultureInfo.InvariantCulture),
        Example = defaultValue.ToString(CultureInfo.InvariantCulture),
    };
}
