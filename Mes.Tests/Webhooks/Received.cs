using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Mes.Tests.Webhooks;

/// <summary>A delivery as a receiver got it.</summary>
internal sealed record Received(IHeaderDictionary Headers, string Body, string Protocol)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Body).RootElement);

    public JsonElement Json => _json.Value;

    public string Id => Headers["webhook-id"].ToString();

    public string Signature => Headers["webhook-signature"].ToString();

    public string Type => Json.GetProperty("type").GetString()!;

    public Guid OrderId => Json.GetProperty("data").GetProperty("orderId").GetGuid();

    public int Version => Json.GetProperty("data").GetProperty("version").GetInt32();

    /// <summary>
    /// Whether the package that receivers use accepts it. Of several signatures it looks at the first only, though
    /// Standard Webhooks says that any may match; so each is shown to it by itself.
    /// </summary>
    public bool IsSignedBy(string secret) => Signature.Split(' ').Any(one => IsSignedBy(secret, one));

    private bool IsSignedBy(string secret, string signature)
    {
        var headers = new HeaderDictionary(
            Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase))
        {
            ["webhook-signature"] = signature,
        };
        try
        {
            new StandardWebhook(secret).Verify(Body, headers);
            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }
}
