using Mes.Infrastructure.Secrets;
using NUnit.Framework;

namespace Mes.Tests.Unit.Secrets;

[Category("Unit")]
internal sealed class SecretProtectorTests
{
    private static readonly string Old = Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly string New = Convert.ToBase64String([.. Enumerable.Repeat((byte)2, 32)]);

    private static readonly byte[] Owner = [1, 2, 3];

    [Test]
    public void What_was_encrypted_is_decrypted_and_never_looks_the_same()
    {
        var protector = With(Old);

        var (one, other) = (protector.Protect("secret"u8, Owner), protector.Protect("secret"u8, Owner));

        Assert.That(protector.Unprotect(one, Owner), Is.EqualTo("secret"u8.ToArray()));
        Assert.That(one, Is.Not.EqualTo(other));
        Assert.That(one.AsSpan().IndexOf("secret"u8), Is.Negative);
    }

    [Test]
    public void After_a_rotation_of_the_key_the_first_encrypts_and_all_decrypt()
    {
        var before = With(Old).Protect("secret"u8, Owner);
        var both = With($"{New}, {Old}\n");

        Assert.That(both.Unprotect(before, Owner), Is.Not.Null);
        Assert.That(With(New).Unprotect(both.Protect("secret"u8, Owner), Owner), Is.Not.Null);
        Assert.That(With(New).Unprotect(before, Owner), Is.Null);
    }

    [Test]
    public void What_belongs_to_another_or_was_changed_is_not_decrypted()
    {
        var protector = With(Old);
        var data = protector.Protect("secret"u8, Owner);
        Assert.That(protector.Unprotect(data, [1, 2, 4]), Is.Null);
        Assert.That(protector.Unprotect(data[..20], Owner), Is.Null);
        for (var i = 0; i < data.Length; i++)
        {
            byte[] changed = [.. data];
            changed[i] ^= 1;
            Assert.That(protector.Unprotect(changed, Owner), Is.Null, $"byte {i}");
        }
    }

    [Test]
    public void Without_a_key_nothing_is_encrypted()
    {
        var none = new SecretProtector(SecretKeys.None);

        Assert.That(none.IsConfigured, Is.False);
        Assert.That(() => none.Protect("secret"u8, Owner), Throws.InvalidOperationException);
    }

    [TestCase("")]
    [TestCase("secret")]
    [TestCase("AAAA")]
    [TestCase("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,")]
    [TestCase("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB")]
    public void A_key_is_32_bytes_in_base64(string text) => Assert.That(SecretKeys.Parse(text), Is.Null);

    private static SecretProtector With(string keys) => new(SecretKeys.Parse(keys)!);
}
