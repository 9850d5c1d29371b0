using System.Net;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>The endpoint of the seller whose orders the clients change. It takes whatever comes.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    public const string SellerId = "alpha";

    private readonly HttpListener _listener = new();
    private readonly History _history;

    public WebhookReceiver(History history)
    {
        _history = history;
        Address = $"http://127.0.0.1:{Ports.Free()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
    }

    public string Address { get; }

    /// <summary>Has the seller's events sent here.</summary>
    /// <exception cref="HttpRequestException">The instance does not accept it.</exception>
    public async Task RegisterAsync(Instance instance)
    {
        using var connection = new Connection();
        using var answer = await connection.SendAsync(
            instance, HttpMethod.Post, "webhooks", Connection.Seller, $$"""{"url":"{{Address}}"}""");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Answers until it is disposed.</summary>
    public async Task RunAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext http;
            try
            {
                http = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => TakeAsync(http));
        }
    }

    public void Dispose() => _listener.Close();

    private async Task TakeAsync(HttpListenerContext http)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(http.Request.InputStream);

            // Noted before the answer: once the answer is on its way, the order's next event may come.
            _history.Tellings.Enqueue(FeedFollower.Of(json.RootElement, _history, Clock.Now, session: 0));
            http.Response.StatusCode = (int)HttpStatusCode.NoContent;
            http.Response.Close();
        }
        catch (Exception exception) when (
            exception is HttpListenerException or IOException or JsonException or ObjectDisposedException)
        {
            // The instance was killed while it sent: it sends the event again.
        }
    }
}
