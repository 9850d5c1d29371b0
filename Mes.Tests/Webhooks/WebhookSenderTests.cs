using Mes.Infrastructure.Webhooks;
using Mes.Infrastructure.Webhooks.Egress;
using NUnit.Framework;

namespace Mes.Tests.Webhooks;

/// <summary>Where the sender really connects to, against a receiver on this machine that it must not reach.</summary>
[Category("Embedded")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WebhookSenderTests
{
    private static readonly Guid Id = Guid.Parse("5d0f8f0e-6b0c-4f0e-9a57-3f2f4a0c9b11");

    private Receiver _receiver = null!;

    private int Port => new Uri(_receiver.Url).Port;

    [SetUp]
    public async Task StartAsync() => _receiver = await Receiver.StartAsync();

    [TearDown]
    public async Task EndAsync() => await _receiver.DisposeAsync();

    [TestCase("127.0.0.1")]
    [TestCase("2130706433")]
    [TestCase("0177.0.0.1")]
    [TestCase("0x7f.1")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    public async Task A_literal_address_that_is_not_public_is_refused_when_the_connection_is_made(string host)
    {
        var outcome = await SendAsync(new ScriptedHosts(), $"http://{host}:{Port}/hooks");

        Assert.That(outcome.Error, Is.EqualTo("address"));
        Assert.That(_receiver.All, Is.Empty);
    }

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("10.0.0.1", "192.168.0.1", "fd00::1")]
    public async Task A_name_that_leads_to_addresses_that_are_not_public_is_refused(params string[] addresses)
    {
        var outcome = await SendAsync(new ScriptedHosts(addresses), $"http://shop.example:{Port}/hooks");

        Assert.That((outcome.Error, outcome.ResponseStatus), Is.EqualTo(("address", (int?)null)));
        Assert.That(_receiver.All, Is.Empty);
    }

    [Test]
    public async Task A_name_that_changes_its_answer_gains_nothing_because_it_is_looked_up_once()
    {
        var hosts = new ScriptedHosts(["10.0.0.1"], ["127.0.0.1"]);

        Assert.That((await SendAsync(hosts, $"http://shop.example:{Port}/hooks")).Error, Is.EqualTo("address"));
        Assert.That(hosts.Asked, Is.EqualTo(1));
        Assert.That((await SendAsync(hosts, $"http://shop.example:{Port}/hooks")).Error, Is.EqualTo("address"));
        Assert.That(_receiver.All, Is.Empty);
    }

    [Test]
    public async Task Where_private_addresses_are_allowed_the_same_receiver_is_reached()
    {
        var outcome = await SendAsync(
            new ScriptedHosts(["127.0.0.1"]), $"http://shop.example:{Port}/hooks", allowPrivate: true);

        Assert.That((outcome.Error, outcome.ResponseStatus), Is.EqualTo(((string?)null, (int?)200)));
        Assert.That(_receiver.All.Single().Id, Is.EqualTo(Id.ToString()));
        Assert.That(_receiver.All.Single().Protocol, Is.EqualTo("HTTP/1.1"));
    }

    [Test]
    public async Task A_proxy_that_is_set_gets_the_delivery_though_its_own_address_is_private()
    {
        var outcome = await SendAsync(
            new ScriptedHosts(), "http://shop.example/hooks", proxy: new Uri($"http://127.0.0.1:{Port}"));

        Assert.That(outcome.Error, Is.Null);
        Assert.That(_receiver.All.Single().Headers.Host.ToString(), Is.EqualTo("shop.example"));
    }

    [TestCase(429, 30)]
    [TestCase(503, 30)]
    [TestCase(502, 7_200)]
    public async Task Retry_After_is_heeded_up_to_an_hour(int status, int seconds)
    {
        _receiver.AnswerWith(status, ("Retry-After", $"{seconds}"));

        var outcome = await SendAsync(new ScriptedHosts(), _receiver.Url, allowPrivate: true);

        Assert.That(outcome.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(Math.Min(seconds, 3_600))));
    }

    [TestCase(500, "30")]
    [TestCase(503, "soon")]
    [TestCase(503, "0")]
    [TestCase(200, "30")]
    public async Task Otherwise_the_schedule_says_when_it_is_tried_again(int status, string retryAfter)
    {
        _receiver.AnswerWith(status, ("Retry-After", retryAfter));

        Assert.That(
            (await SendAsync(new ScriptedHosts(), _receiver.Url, allowPrivate: true)).RetryAfter, Is.Null);
    }

    [Test]
    public async Task A_date_in_Retry_After_counts_from_the_receivers_own_time()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000);
        _receiver.AnswerWith(503, ("Date", $"{now:R}"), ("Retry-After", $"{now.AddSeconds(90):R}"));

        Assert.That(
            (await SendAsync(new ScriptedHosts(), _receiver.Url, allowPrivate: true)).RetryAfter,
            Is.EqualTo(TimeSpan.FromSeconds(90)));
    }

    [Test]
    public async Task Headers_without_end_are_not_read()
    {
        _receiver.AnswerWith(200, ("X-Long", new string('x', 20_000)));

        Assert.That(
            (await SendAsync(new ScriptedHosts(), _receiver.Url, allowPrivate: true)).Error, Is.EqualTo("connect"));
    }

    private static async Task<AttemptOutcome> SendAsync(
        IHostAddresses hosts, string url, bool allowPrivate = false, Uri? proxy = null)
    {
        var settings = new WebhookSettings { AllowPrivateAddresses = allowPrivate, Proxy = proxy };
        using var sender = new WebhookSender(new WebhookConnector(hosts, settings), settings, TimeProvider.System);
        return await sender.SendAsync(
            url, Id, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, [new byte[32]], CancellationToken.None);
    }
}
