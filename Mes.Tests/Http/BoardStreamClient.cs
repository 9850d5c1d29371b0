using System.Net.Http.Headers;
using System.Text.Json;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>One client of the board's stream, which keeps all that it has received.</summary>
internal sealed class BoardStreamClient : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Received> _received = [];
    private readonly Task _reading;
    private volatile string? _lastId;

    private BoardStreamClient(HttpClient http, HttpResponseMessage response)
    {
        (_http, _response) = (http, response);
        _reading = response.IsSuccessStatusCode ? ReadAsync() : Task.CompletedTask;
    }

    public HttpResponseMessage Response => _response;

    /// <summary>The value of <c>retry:</c>; null before it has come.</summary>
    public int? Retry { get; private set; }

    /// <summary>The last <c>id:</c>, of events and without one.</summary>
    public string? LastId => _lastId;

    /// <summary>Whether the service has ended the stream.</summary>
    public bool HasEnded => _reading.IsCompleted;

    public Received[] All
    {
        get
        {
            lock (_received)
            {
                return [.. _received];
            }
        }
    }

    public static async Task<BoardStreamClient> OpenAsync(
        MesHost host,
        string? key,
        string? lastEventId = null,
        string? query = null,
        Action<HttpRequestHeaders>? headers = null)
    {
        var http = new HttpClient { BaseAddress = host.Address, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/board/stream{query}");
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        headers?.Invoke(request.Headers);
        var client = new BoardStreamClient(
            http, await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        if (client.Response.IsSuccessStatusCode)
        {
            await Eventually.IsTrue(() => client.LastId is not null, Limit, "the stream has begun");
        }

        return client;
    }

    /// <returns>The first event that is like this, which may have come already.</returns>
    public async Task<Received> UntilAsync(Func<Received, bool> isLike, string what)
    {
        Received? found = null;
        await Eventually.IsTrue(
            () => (found = All.FirstOrDefault(isLike)) is not null || HasEnded, Limit, $"the stream has {what}");
        return found ?? throw new AssertionException($"The stream ended before it had {what}.");
    }

    /// <summary>The card of this order in this version or a later one.</summary>
    public Task<Received> CardAsync(Guid orderId, int version) => UntilAsync(
        one => one.Event == "card" && one.Id == orderId && one.Version >= version, $"version {version} of {orderId}");

    public Task UntilEndAsync() => Eventually.IsTrue(() => HasEnded, Limit, "the stream ends");

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        _response.Dispose();
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync(_closing.Token));
            string? name = null, data = null, id = null;
            while (await lines.ReadLineAsync(_closing.Token) is { } line)
            {
                if (line.Length == 0)
                {
                    if (data is not null)
                    {
                        lock (_received)
                        {
                            _received.Add(new Received(name!, id!, JsonDocument.Parse(data).RootElement));
                        }
                    }

                    (name, data, _lastId, id) = (null, null, id ?? _lastId, null);
                    continue;
                }

                var value = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
                switch (line[..line.IndexOf(':', StringComparison.Ordinal)])
                {
                    case "event": name = value; break;
                    case "data": data = value; break;
                    case "id": id = value; break;
                    case "retry": Retry = int.Parse(value); break;
                    default: throw new InvalidOperationException($"The stream has the line {line}");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The service has cut the connection, or this client closes it.
        }
    }

    /// <param name="Place">The event's <c>id:</c>.</param>
    public sealed record Received(string Event, string Place, JsonElement Data)
    {
        public Guid Id => Data.GetProperty("id").GetGuid();

        public int Version => Data.GetProperty("version").GetInt32();

        public bool IsGone => Data.TryGetProperty("gone", out _);
    }
}
