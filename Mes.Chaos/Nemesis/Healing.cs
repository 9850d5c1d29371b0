using System.Net.Http.Headers;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>Measures how long it takes after a fault until every instance answers from the cache again.</summary>
internal sealed class Healing(IReadOnlyList<Instance> instances, OrderPool orders, Terms terms)
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>Milliseconds; the limit when it did not heal.</returns>
    public async Task<double> MeasureAsync()
    {
        var start = Clock.Now;
        while (Clock.Milliseconds(start, Clock.Now) < terms.HealsWithin)
        {
            if (await AllHitAsync())
            {
                return Clock.Milliseconds(start, Clock.Now);
            }

            await Task.Delay(25);
        }

        return terms.HealsWithin;
    }

    private async Task<bool> AllHitAsync()
    {
        foreach (var instance in instances)
        {
            try
            {
                var order = orders.First;
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance.Address, $"/api/v1/orders/{order}/status"));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Connection.Seller);
                using var response = await _http.SendAsync(request);
                if (!response.Headers.TryGetValues("Cache-Status", out var values) || values.First() != "mes; hit")
                {
                    return false;
                }
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                return false;
            }
        }

        return true;
    }
}
