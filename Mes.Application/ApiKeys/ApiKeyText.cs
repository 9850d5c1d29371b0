using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mes.Application.ApiKeys;

/// <summary>
/// A key as its holder has it: <c>mes_live_&lt;id&gt;_&lt;secret&gt;</c>, or <c>mes_test_…</c> outside production.
/// </summary>
/// <param name="Id">The public part; lower-case letters, digits and hyphens.</param>
/// <param name="Secret">At least 32 random bytes in base64url (RFC 4648, section 5).</param>
public sealed record ApiKeyText(bool IsLive, string Id, string Secret)
{
    private const int SecretBytes = 32;

    /// <summary>
    /// The first character of a live key's id. An older id has no mark: it begins with a hexadecimal digit.
    /// </summary>
    private const char LiveMark = 'k';
    private const char TestMark = 't';

    /// <summary>Random hexadecimal digits after the mark: 60 bits.</summary>
    private const int IdDigits = 15;

    /// <summary>As long as <see cref="TestPrefix"/>.</summary>
    private const string LivePrefix = "mes_live_";
    private const string TestPrefix = "mes_test_";
    private const int LongestId = 64;
    private const int LongestSecret = 128;

    private static readonly SearchValues<char> OfIds =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly SearchValues<char> OfSecrets =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The id repeats whether the key is live, so that a swapped prefix makes the key invalid.</summary>
    public static ApiKeyText Generate(bool live) => new(
        live,
        (live ? LiveMark : TestMark) + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <returns>Null when the text is no key, or has another prefix than the key was issued with.</returns>
    public static ApiKeyText? Parse(ReadOnlySpan<char> text) =>
        TrySplit(text, out var isLive, out var id, out var secret)
            ? new ApiKeyText(isLive, id.ToString(), secret.ToString())
            : null;

    /// <summary>The same, without a copy of its parts: every request has a key.</summary>
    public static bool TrySplit(
        ReadOnlySpan<char> text, out bool isLive, out ReadOnlySpan<char> id, out ReadOnlySpan<char> secret)
    {
        isLive = text.StartsWith(LivePrefix, StringComparison.Ordinal);
        id = secret = default;
        if (!isLive && !text.StartsWith(TestPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text[LivePrefix.Length..];
        var end = rest.IndexOf('_');
        if (end is < 1 or > LongestId
            || rest.Length - end - 1 is < 1 or > LongestSecret
            || rest[..end].ContainsAnyExcept(OfIds)
            || rest[(end + 1)..].ContainsAnyExcept(OfSecrets))
        {
            return false;
        }

        id = rest[..end];
        secret = rest[(end + 1)..];
        return MarkOf(id) is not { } mark || mark == (isLive ? LiveMark : TestMark);
    }

    /// <summary>Null for an older id, which has no mark.</summary>
    private static char? MarkOf(ReadOnlySpan<char> id) =>
        id.Length == 1 + IdDigits
            && id[0] is LiveMark or TestMark
            && id[1..].IndexOfAnyExcept("0123456789abcdef") < 0 ? id[0] : null;

    public static byte[] Hash(ReadOnlySpan<char> secret)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        Hash(secret, hash);
        return hash;
    }

    /// <param name="hash">Gets the <see cref="SHA256.HashSizeInBytes"/> bytes.</param>
    public static void Hash(ReadOnlySpan<char> secret, Span<byte> hash)
    {
        // A secret has only ASCII characters.
        Span<byte> bytes = stackalloc byte[LongestSecret];
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(secret, bytes)], hash);
    }

    /// <summary>
    /// The whole key, to be shown once. Not <c>ToString</c>, so that no log ever writes it by accident.
    /// </summary>
    public string Reveal() => $"mes_{(IsLive ? "live" : "test")}_{Id}_{Secret}";

    public override string ToString() => $"mes_{(IsLive ? "live" : "test")}_{Id}_…";
}
