using System.Net;
using System.Net.Http.Headers;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>
/// Measures the time after a fault until every instance answers from the cache again: each order that clients use, the
/// board, and a list.
/// </summary>
internal sealed class Healing(IReadOnlyList<Instance> instances, OrderPool orders, Terms terms)
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>
    /// Milliseconds for the orders, and for the board and the list; the limit where they did not recover.
    /// </returns>
    public async Task<(double Orders, double Lists)> MeasureAsync()
    {
        var start = Clock.Now;
        var healed = await Task.WhenAll(instances.Select(async instance =>
        {
            var of = await Task.WhenAll(
                UntilAllHitAsync(start, Enumerable.Range(0, OrderPool.Size), place => orders[place] is var order
                    && order != Guid.Empty
                    ? HitsAsync(instance, $"orders/{order}/status", Connection.Seller)
                    : Task.FromResult(true)),
                UntilAllHitAsync(start, ["board?limit=1"], path => HitsAsync(instance, path, Connection.Operator)),

                // Uses a seller with few orders, because the time to build an index grows with the number of orders.
                UntilAllHitAsync(start, ["orders?limit=1"], path => HitsAsync(instance, path, Connection.OtherSeller)));
            return (Orders: of[0], Lists: Math.Max(of[1], of[2]));
        }));
        return (healed.Max(instance => instance.Orders), healed.Max(instance => instance.Lists));
    }

    /// <summary>
    /// Waits until each order has been a hit once. Orders change meanwhile, so they are never all hits at the same
    /// moment.
    /// </summary>
    private async Task<double> UntilAllHitAsync<T>(long start, IEnumerable<T> what, Func<T, Task<bool>> hits)
    {
        var left = what.ToList();
        while (Clock.Milliseconds(start, Clock.Now) < terms.GivenUpAfter)
        {
            foreach (var one in left.ToArray())
            {
                if (await hits(one))
                {
                    left.Remove(one);
                }
            }

            if (left.Count == 0)
            {
                return Clock.Milliseconds(start, Clock.Now);
            }

            await Task.Delay(25);
        }

        return terms.GivenUpAfter;
    }

    private async Task<bool> HitsAsync(Instance instance, string path, string key)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance.Address, $"/api/v1/{path}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await _http.SendAsync(request);

            // An order that a restore of the database removed is never a hit again. The checker finds orders that are
            // lost for any other reason.
            return response.StatusCode == HttpStatusCode.NotFound || Answer.SourceOf(response) == Source.Hit;
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            return false;
        }
    }
}
