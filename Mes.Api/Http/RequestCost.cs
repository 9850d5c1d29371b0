using System.Globalization;
using Mes.Application.Paging;

namespace Mes.Api.Http;

/// <summary>
/// What a request for many things costs of its caller's share, as a multiple of a request for one order. It runs beside the cheap ones: a
/// caller's lists keep its lists waiting, and not its polls.
/// </summary>
/// <param name="Always">However little is asked for.</param>
/// <param name="OfFullPage">On top of it, for as many items as there can be; in proportion for fewer.</param>
internal sealed record RequestCost(int Always, int OfFullPage = 0)
{
    public int Of(HttpRequest request) => OfFullPage == 0 ? Always : Always + (OfFullPage * Limit(request) / PageLimits.Max);

    /// <summary>As much as can be where it is not given: what the default is, is the endpoint's business.</summary>
    private static int Limit(HttpRequest request) =>
        int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= PageLimits.Min and <= PageLimits.Max
            ? limit
            : PageLimits.Max;
}
