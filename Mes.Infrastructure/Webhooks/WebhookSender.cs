using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Webhooks.Egress;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// Sends one event to a receiver, which may be anybody's: no redirection is followed, nothing is decompressed, and
/// hardly anything is read of the answer.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>For everything: look-up, connection, TLS, request and answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private const int MaxResponseKilobytes = 8;

    private static readonly TimeSpan MaxHold = TimeSpan.FromHours(1);

    private static readonly ProductInfoHeaderValue Agent = new("mes-webhooks", "1");

    private readonly HttpClient _client;
    private readonly TimeProvider _clock;

    public WebhookSender(WebhookConnector connector, WebhookSettings settings, TimeProvider clock)
    {
        _clock = clock;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy is { } proxy ? new WebProxy(proxy) : null,
            ConnectCallback = connector.ConnectAsync,
            // Receivers are not to see the installation's traces.
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxResponseKilobytes,
            MaxResponseDrainSize = MaxResponseKilobytes * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // A name that means another address by now is looked up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <param name="id">The event's id.</param>
    /// <param name="body">The event.</param>
    /// <param name="timestamp">The time, by the database's clock.</param>
    /// <param name="secrets">The secrets that sign.</param>
    /// <exception cref="OperationCanceledException">The instance stops.</exception>
    public async Task<AttemptOutcome> SendAsync(
        string url,
        Guid id,
        byte[] body,
        DateTimeOffset timestamp,
        IReadOnlyList<byte[]> secrets,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = Request(url, id, body, timestamp, secrets);
        try
        {
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            return new AttemptOutcome(
                response.IsSuccessStatusCode ? null : DeliveryErrors.Status, status, HoldOf(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AttemptOutcome(DeliveryErrors.Timeout, null, null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            return limit.IsCancellationRequested
                ? new AttemptOutcome(DeliveryErrors.Timeout, null, null)
                : new AttemptOutcome(ErrorOf(exception), null, null);
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(
        string url, Guid id, byte[] body, DateTimeOffset timestamp, IReadOnlyList<byte[]> secrets)
    {
        var (text, seconds) = (id.ToString("D"), timestamp.ToUnixTimeSeconds());
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add("webhook-id", text);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(text, seconds, body, secrets));
        return request;
    }

    private static string ErrorOf(Exception exception) =>
        exception.Find<EgressException>()?.Error
        ?? (exception.Find<AuthenticationException>() is not null
            || exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                ? DeliveryErrors.Tls
                : DeliveryErrors.Connect);

    /// <summary>How long the receiver asks to be left alone, up to an hour.</summary>
    private TimeSpan? HoldOf(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            || response.Headers.RetryAfter is not { } retryAfter)
        {
            return null;
        }

        // A date counts from the receiver's own time.
        var sentAt = response.Headers.Date ?? _clock.GetUtcNow();
        var hold = retryAfter.Delta ?? (retryAfter.Date - sentAt) ?? TimeSpan.Zero;
        return hold <= TimeSpan.Zero ? null : hold < MaxHold ? hold : MaxHold;
    }
}
