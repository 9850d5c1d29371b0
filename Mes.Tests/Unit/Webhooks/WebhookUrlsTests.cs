using Mes.Infrastructure.Webhooks;
using Mes.Infrastructure.Webhooks.Egress;
using NUnit.Framework;

namespace Mes.Tests.Unit.Webhooks;

/// <summary>Where webhooks may go by the text of their URLs, in production and in development.</summary>
[Category("Unit")]
internal sealed class WebhookUrlsTests
{
    [TestCase("https://localhost/")]
    [TestCase("https://LOCALHOST/")]
    [TestCase("https://localhost./")]
    [TestCase("https://db.localhost/")]
    [TestCase("https://127.0.0.1/")]
    [TestCase("https://127.0.0.1./")]
    [TestCase("https://127.1/")]
    [TestCase("https://2130706433/")] // decimal
    [TestCase("https://0x7f000001/")]
    [TestCase("https://0x7f.1/")]
    [TestCase("https://0177.0.0.1/")] // octal
    [TestCase("https://017700000001/")]
    [TestCase("https://0/")]
    [TestCase("https://10.1/")]
    [TestCase("https://169.254.169.254/latest/meta-data/")]
    [TestCase("https://2852039166/")] // the same
    [TestCase("https://192.168.0.1:8443/")]
    [TestCase("https://%31%32%37.0.0.1/")]
    [TestCase("https://\uFF11\uFF12\uFF17.0.0.1/")] // full-width digits
    [TestCase("https://\u2460\u2461\u2466.\u24EA.\u24EA.\u2460/")] // digits in circles
    [TestCase("https://127\u30020\u30020\u30021/")] // ideographic full stops
    [TestCase("https://\uFF4C\uFF4F\uFF43\uFF41\uFF4C\uFF48\uFF4F\uFF53\uFF54/")] // full-width localhost
    [TestCase("https://[::1]/")]
    [TestCase("https://[::]/")]
    [TestCase("https://[0:0:0:0:0:0:0:1]/")]
    [TestCase("https://[::ffff:127.0.0.1]/")]
    [TestCase("https://[::ffff:7f00:1]/")]
    [TestCase("https://[::127.0.0.1]/")]
    [TestCase("https://[64:ff9b::7f00:1]/")]
    [TestCase("https://[2002:7f00:1::]/")]
    [TestCase("https://[fe80::1%25eth0]/")]
    [TestCase("https://[fd00::1]/")]
    [TestCase("http://shop.example/")]
    [TestCase("http://8.8.8.8/")]
    public void What_is_not_public_is_refused(string url) =>
        Assert.That(new WebhookUrls(new WebhookSettings()).Object(url), Is.Not.Null);

    [TestCase("")]
    [TestCase("shop.example")]
    [TestCase("//shop.example/")]
    [TestCase("/hooks")]
    [TestCase("https://")]
    [TestCase("https:///hooks")]
    [TestCase("ftp://shop.example/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("javascript:alert(1)")]
    [TestCase("https://user@shop.example/")]
    [TestCase("https://user:secret@shop.example/")]
    [TestCase("https://@shop.example/")]
    [TestCase("https://shop.example/#part")]
    [TestCase("https://shop.example/#")]
    [TestCase(" https://shop.example/")]
    [TestCase("https://shop.example/\n")]
    [TestCase("https://shop.example/a b")]
    [TestCase("https://shop.example\\@127.0.0.1/")]
    public void What_is_no_plain_URL_is_refused_everywhere(string url)
    {
        Assert.That(new WebhookUrls(new WebhookSettings()).Object(url), Is.Not.Null);
        Assert.That(new WebhookUrls(new WebhookSettings { AllowPrivateAddresses = true }).Object(url), Is.Not.Null);
    }

    [TestCase("https://shop.example/")]
    [TestCase("https://shop.example")]
    [TestCase("https://shop.example:8443/hooks?key=1")]
    [TestCase("https://no-such-name.invalid/")]
    [TestCase("https://localhost.shop.example/")]
    [TestCase("https://b\u00FCcher.example/")]
    [TestCase("https://xn--bcher-kva.example/")]
    [TestCase("https://8.8.8.8/")]
    [TestCase("https://[2606:4700:4700::1111]/")]
    [TestCase("HTTPS://SHOP.EXAMPLE/")]
    public void What_is_public_is_allowed(string url) =>
        Assert.That(new WebhookUrls(new WebhookSettings()).Object(url), Is.Null);

    [TestCase("http://127.0.0.1:5000/hooks")]
    [TestCase("http://localhost/")]
    [TestCase("https://[::1]:5001/")]
    public void In_development_a_receiver_may_be_on_the_same_machine(string url) =>
        Assert.That(new WebhookUrls(new WebhookSettings { AllowPrivateAddresses = true }).Object(url), Is.Null);
}
