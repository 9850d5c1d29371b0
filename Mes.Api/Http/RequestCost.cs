using System.Globalization;
using Mes.Application.Paging;

namespace Mes.Api.Http;

/// <summary>
/// How many permits of its caller's share a request for many items takes; a request for one order takes one. Such
/// requests have a queue of their own: a caller's lists delay its other lists, but not its polls.
/// </summary>
/// <param name="Always">The cost of the smallest request.</param>
/// <param name="OfFullPage">The additional cost of a full page; in proportion for a smaller one.</param>
/// <param name="MayWait">
/// Whether the endpoint may wait for something to happen. It then gives its share back meanwhile
/// (<see cref="HeldShare"/>).
/// </param>
internal sealed record RequestCost(int Always, int OfFullPage = 0, bool MayWait = false)
{
    public int Of(HttpRequest request) => OfFullPage == 0
        ? Always
        : Always + (OfFullPage * Limit(request) / PageLimits.Max);

    /// <summary>The maximum where the limit is absent, because only the endpoint knows its default.</summary>
    private static int Limit(HttpRequest request) =>
        int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= PageLimits.Min and <= PageLimits.Max
            ? limit
            : PageLimits.Max;
}
