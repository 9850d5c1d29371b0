using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mes.Application.ApiKeys;

/// <summary>
/// A key as its holder has it: <c>mes_live_&lt;id&gt;_&lt;secret&gt;</c>, or <c>mes_test_…</c> outside production.
/// </summary>
/// <param name="Id">The public part; lower-case letters, digits and hyphens.</param>
/// <param name="Secret">At least 32 random bytes in base64url (RFC 4648, section 5).</param>
public sealed partial record ApiKeyText(bool IsLive, string Id, string Secret)
{
    private const int SecretBytes = 32;

    /// <summary>
    /// The first character of a live key's id. An older id has no mark: it begins with a hexadecimal digit.
    /// </summary>
    private const char LiveMark = 'k';
    private const char TestMark = 't';

    /// <summary>Random hexadecimal digits after the mark: 60 bits.</summary>
    private const int IdDigits = 15;

    /// <summary>The id repeats whether the key is live, so that a swapped prefix makes the key invalid.</summary>
    public static ApiKeyText Generate(bool live) => new(
        live,
        (live ? LiveMark : TestMark) + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <returns>Null when the text is no key, or has another prefix than the key was issued with.</returns>
    public static ApiKeyText? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var key = new ApiKeyText(match.Groups[1].ValueSpan is "live", match.Groups[2].Value, match.Groups[3].Value);
        return MarkOf(key.Id) is { } mark && mark != (key.IsLive ? LiveMark : TestMark) ? null : key;
    }

    /// <summary>Null for an older id, which has no mark.</summary>
    private static char? MarkOf(string id) =>
        id.Length == 1 + IdDigits
            && id[0] is LiveMark or TestMark
            && id.AsSpan(1).IndexOfAnyExcept("0123456789abcdef") < 0 ? id[0] : null;

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>
    /// The whole key, to be shown once. Not <c>ToString</c>, so that no log ever writes it by accident.
    /// </summary>
    public string Reveal() => $"mes_{(IsLive ? "live" : "test")}_{Id}_{Secret}";

    public override string ToString() => $"mes_{(IsLive ? "live" : "test")}_{Id}_…";

    [GeneratedRegex(@"\Ames_(live|test)_([a-z0-9-]{1,64})_([A-Za-z0-9_-]{1,128})\z")]
    private static partial Regex Pattern();
}
