using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>Sends requests to instances.</summary>
internal sealed class Connection : IDisposable
{
    public const string Seller = "mes_test_seller-alpha_demo";
    public const string OtherSeller = "mes_test_seller-beta_demo";
    public const string Operator = "mes_test_operator-anna_demo";
    public const string Service = "mes_test_service-crm_demo";

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(8) };

    public async Task<HttpResponseMessage> SendAsync(
        Instance instance, HttpMethod method, string path, string key, string? body = null, int ifNoneMatch =
            0, CancellationToken token = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(instance.Address, $"/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (ifNoneMatch > 0)
        {
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{ifNoneMatch}\""));
        }

        return await _http.SendAsync(request, token);
    }

    /// <summary>Any instance, but seldom one that is down: a client then turns to another.</summary>
    public static Instance Choose(IReadOnlyList<Instance> instances, Random random)
    {
        var chosen = instances[random.Next(instances.Count)];
        for (var i = 0; i < 5 && !chosen.IsUp; i++)
        {
            chosen = instances[random.Next(instances.Count)];
        }

        return chosen;
    }

    /// <summary>Includes a bare SocketException, which is how a reset during the connect surfaces.</summary>
    public static bool IsOutage(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or IOException or SocketException;

    public void Dispose() => _http.Dispose();
}
