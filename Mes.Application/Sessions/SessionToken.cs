using System.Buffers.Text;
using System.Security.Cryptography;
using Mes.Application.ApiKeys;

namespace Mes.Application.Sessions;

/// <summary>The token of a session: 256 random bits in base64url (RFC 4648, section 5).</summary>
public static class SessionToken
{
    private const int RandomBytes = 32;

    private static readonly int Length = Base64Url.GetEncodedLength(RandomBytes);

    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <returns>The hash by which the session is found; null for a text that is no token.</returns>
    public static byte[]? Hash(string? token) =>
        token?.Length == Length && Base64Url.IsValid(token) ? ApiKeyText.Hash(token) : null;
}
