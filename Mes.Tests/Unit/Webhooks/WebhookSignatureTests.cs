using System.Text;
using Mes.Infrastructure.Webhooks;
using NUnit.Framework;
using StandardWebhooks;

namespace Mes.Tests.Unit.Webhooks;

[Category("Unit")]
internal sealed class WebhookSignatureTests
{
    [Test]
    public void It_is_that_of_the_example_of_Standard_Webhooks() =>
        Assert.That(
            WebhookSignature.Sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                "{\"test\": 2432232314}"u8,
                [Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]),
            Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));

    [Test]
    public void It_is_that_of_the_package_for_every_body([Values("{}", "{\"name\":\"Bücher ✓\"}", "")] string body)
    {
        var secret = Enumerable.Range(0, 32).Select(i => (byte)(7 * i)).ToArray();
        var at = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

        Assert.That(
            WebhookSignature.Sign("id", at.ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(body), [secret]),
            Is.EqualTo(new StandardWebhook(secret).Sign("id", at, body)));
    }

    [Test]
    public void Two_secrets_sign_separated_by_a_blank()
    {
        byte[][] secrets = [new byte[32], [.. Enumerable.Repeat((byte)1, 32)]];

        var both = WebhookSignature.Sign("id", 1, "{}"u8, secrets);

        Assert.That(
            both.Split(' '),
            Is.EqualTo(secrets.Select(secret => WebhookSignature.Sign("id", 1, "{}"u8, [secret]))));
    }
}
