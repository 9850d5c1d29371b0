using System.Security.Cryptography;

namespace Mes.Infrastructure.Secrets;

/// <summary>
/// Encrypts secrets for the database, by AES-GCM with a random nonce. What is encrypted names its key, and is bound to
/// what it belongs to, so that one secret cannot be put in the place of another. A row's secrets are few: random nonces
/// do not repeat under a key.
/// </summary>
internal sealed class SecretProtector(SecretKeys keys)
{
    private const byte Version = 1;
    private const int IdBytes = 4;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + IdBytes + NonceBytes;

    private readonly (byte[] Id, byte[] Key)[] _keys =
        [.. keys.All.Select(key => (SHA256.HashData(key)[..IdBytes], key))];

    public bool IsConfigured => _keys.Length > 0;

    /// <param name="belongsTo">What the secret belongs to; must be the same when it is decrypted.</param>
    /// <exception cref="InvalidOperationException">There is no key.</exception>
    public byte[] Protect(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> belongsTo)
    {
        if (!IsConfigured)
        {
            throw new InvalidOperationException("There is no key to encrypt secrets with.");
        }

        var (id, key) = _keys[0];
        var result = new byte[HeadBytes + secret.Length + TagBytes];
        result[0] = Version;
        id.CopyTo(result, 1);
        var nonce = result.AsSpan(1 + IdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, secret, result.AsSpan(HeadBytes, secret.Length), result.AsSpan(^TagBytes..), belongsTo);
        return result;
    }

    /// <returns>Null if none of the keys has encrypted it, or it was changed.</returns>
    public byte[]? Unprotect(ReadOnlySpan<byte> data, ReadOnlySpan<byte> belongsTo)
    {
        if (data.Length < HeadBytes + TagBytes || data[0] != Version)
        {
            return null;
        }

        foreach (var (id, key) in _keys)
        {
            if (!data.Slice(1, IdBytes).SequenceEqual(id))
            {
                continue;
            }

            var secret = new byte[data.Length - HeadBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            try
            {
                aes.Decrypt(
                    data.Slice(1 + IdBytes, NonceBytes),
                    data[HeadBytes..^TagBytes],
                    data[^TagBytes..],
                    secret,
                    belongsTo);
                return secret;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key with the same id, or the data was changed.
            }
        }

        return null;
    }
}
