using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mes.Infrastructure.Webhooks;

/// <summary>Signatures by Standard Webhooks (standardwebhooks.com), version 1: HMAC-SHA256.</summary>
internal static class WebhookSignature
{
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">Seconds of Unix time.</param>
    /// <param name="body">The body, byte by byte as it is sent.</param>
    /// <param name="secrets">The secrets that sign.</param>
    /// <returns>One signature for each secret, separated by blanks.</returns>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<byte[]> secrets)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var message = new byte[head.Length + body.Length];
        head.CopyTo(message, 0);
        body.CopyTo(message.AsSpan(head.Length));
        return string.Join(
            ' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, message))));
    }
}
