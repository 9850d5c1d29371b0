using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.ApiKeys;
using NUnit.Framework;

namespace Mes.Tests.Unit.Callers;

[Category("Unit")]
internal sealed class ApiKeyTextTests
{
    [TestCase(true, "mes_live_")]
    [TestCase(false, "mes_test_")]
    public void A_generated_key_can_be_read_again(bool live, string prefix)
    {
        var key = ApiKeyText.Generate(live);

        Assert.That(key.Reveal(), Does.StartWith(prefix));
        Assert.That(ApiKeyText.Parse(key.Reveal()), Is.EqualTo(key));
    }

    [Test]
    public void A_secret_has_32_random_bytes()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => ApiKeyText.Generate(live: true)).ToList();

        Assert.That(secrets.Select(key => Base64Url.DecodeFromChars(key.Secret).Length), Is.All.EqualTo(32));
        Assert.That(secrets.Select(key => key.Secret), Is.Unique);
        Assert.That(secrets.Select(key => key.Id), Is.Unique);
    }

    [Test]
    public void A_key_with_the_other_prefix_is_not_accepted([Values] bool live)
    {
        var key = ApiKeyText.Generate(live);

        Assert.That(ApiKeyText.Parse((key with { IsLive = !live }).Reveal()), Is.Null);
    }

    [TestCase("mes_live_0123456789abcdef_secret", Description = "issued before ids said what they are")]
    [TestCase("mes_test_0123456789abcdef_secret")]
    [TestCase("mes_test_k-one_secret")]
    [TestCase("mes_live_t123_secret")]
    public void An_id_that_does_not_say_what_was_issued_goes_under_both(string text) =>
        Assert.That(ApiKeyText.Parse(text), Is.Not.Null);

    [Test]
    public void A_key_shows_its_secret_only_on_request()
    {
        var key = ApiKeyText.Generate(live: true);

        Assert.That($"{key}", Does.Contain(key.Id).And.Not.Contain(key.Secret));
        Assert.That(key.Reveal(), Does.EndWith(key.Secret));
    }

    [Test]
    public void Of_a_secret_its_SHA_256_is_kept() =>
        Assert.That(ApiKeyText.Hash("secret"), Is.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes("secret"))));

    [Test]
    public void The_id_may_have_hyphens_and_the_secret_underscores()
    {
        var key = ApiKeyText.Parse("mes_test_a-1_b_c-d");

        Assert.That(key, Is.EqualTo(new ApiKeyText(false, "a-1", "b_c-d")));
    }

    [TestCase("")]
    [TestCase("mes_live_")]
    [TestCase("mes_live_id")]
    [TestCase("mes_live_id_")]
    [TestCase("mes_live__secret")]
    [TestCase("mes_prod_id_secret")]
    [TestCase("MES_live_id_secret")]
    [TestCase("mes_live_ID_secret")]
    [TestCase("mes_live_id_sec ret")]
    [TestCase("mes_live_id_secret\n")]
    [TestCase(" mes_live_id_secret")]
    [TestCase("mes_live_id_secrét")]
    public void Anything_else_is_no_key(string text) => Assert.That(ApiKeyText.Parse(text), Is.Null);

    [Test]
    public void An_endless_text_is_no_key()
    {
        Assert.That(ApiKeyText.Parse($"mes_live_{new string('a', 65)}_s"), Is.Null);
        Assert.That(ApiKeyText.Parse($"mes_live_a_{new string('s', 129)}"), Is.Null);
    }
}
