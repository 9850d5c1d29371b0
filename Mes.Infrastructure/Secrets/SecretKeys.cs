namespace Mes.Infrastructure.Secrets;

/// <summary>
/// The keys that encrypt what the database must not tell: the first encrypts, all decrypt. They come from the
/// environment or from a file, never from the database.
/// </summary>
public sealed class SecretKeys
{
    /// <summary>AES-256.</summary>
    public const int KeyBytes = 32;

    private SecretKeys(IReadOnlyList<byte[]> keys) => All = keys;

    /// <summary>No secret can be kept.</summary>
    public static SecretKeys None { get; } = new([]);

    /// <summary>A key that everybody knows, so that the service can be tried without any settings.</summary>
    public static SecretKeys ForDevelopment { get; } = new([[.. "mes development key: not a secret"u8[..KeyBytes]]]);

    /// <summary>The newest first; empty where there is none.</summary>
    public IReadOnlyList<byte[]> All { get; }

    /// <param name="text">Keys in base64, of 32 bytes each, separated by commas; white space does not matter.</param>
    /// <returns>Null if the text is anything else.</returns>
    public static SecretKeys? Parse(string text)
    {
        List<byte[]> keys = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var key = new byte[KeyBytes + 2];
            if (!Convert.TryFromBase64String(part, key, out var length) || length != KeyBytes)
            {
                return null;
            }

            keys.Add(key[..KeyBytes]);
        }

        return new SecretKeys(keys);
    }
}
