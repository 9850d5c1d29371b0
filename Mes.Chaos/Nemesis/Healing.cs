using System.Net;
using System.Net.Http.Headers;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>
/// Measures how long it takes after a fault until every instance answers from the cache again: every order that clients
/// work on, the board, and a list.
/// </summary>
internal sealed class Healing(IReadOnlyList<Instance> instances, OrderPool orders, Terms terms)
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>Milliseconds for the orders, and for board and list; the limit where it did not heal.</returns>
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

                // Of a seller with few orders: to build another's index takes as long as it has many.
                UntilAllHitAsync(start, ["orders?limit=1"], path => HitsAsync(instance, path, Connection.OtherSeller)));
            return (Orders: of[0], Lists: Math.Max(of[1], of[2]));
        }));
        return (healed.Max(instance => instance.Orders), healed.Max(instance => instance.Lists));
    }

    /// <summary>Each once: while orders change, not all of them are hits at any one moment.</summary>
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

            // An order that the database lost when it was set back is no hit any more. That none is lost otherwise is
            // checked elsewhere.
            return response.StatusCode == HttpStatusCode.NotFound || Answer.SourceOf(response) == Source.Hit;
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            return false;
        }
    }
}
