using System.Text;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Api.Http;

/// <summary>
/// The header <c>Idempotency-Key</c>: 1 to 255 printable characters of ASCII. In quotes it is a string as in RFC 8941,
/// section 3.3.3, and means the same as without them.
/// </summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";

    public const string ReplayedHeader = "Idempotency-Replayed";

    private static ValidationError Invalid => ValidationError.Of(
        Header, $"must be given once, as 1 to {IdempotencyKey.MaxLength} printable characters of ASCII, in quotes or without");

    /// <returns>The key without quotes; null when the request has none.</returns>
    public static Result<string?> Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return Result<string?>.Success(null);
        }

        return values is [{ } text]
            && (text is ['"', ..] ? Unquote(text) : text) is { Length: > 0 and <= IdempotencyKey.MaxLength } key
            && key.All(character => character is >= ' ' and <= '~')
            ? key
            : Invalid;
    }

    /// <returns>Null when the quoted string is malformed.</returns>
    private static string? Unquote(string text)
    {
        if (text is not ['"', .., '"'])
        {
            return null;
        }

        var key = new StringBuilder(text.Length);
        var inner = text.AsSpan(1, text.Length - 2);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '"')
            {
                return null;
            }

            if (inner[i] == '\\' && (++i == inner.Length || inner[i] is not ('"' or '\\')))
            {
                return null;
            }

            key.Append(inner[i]);
        }

        return key.ToString();
    }
}
