using System.Security.Authentication;
using Mes.Infrastructure.Redis;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class RedisTroubleTests
{
    [TestCase("No connection is active; SimpleError: NOAUTH Authentication required.", true, "refuses the login (WRONGPASS: user name or password)")]
    [TestCase("No connection is active; SimpleError: NOAUTH Authentication required.", false, "wants a password (NOAUTH)")]
    [TestCase("WRONGPASS invalid username-password pair", true, "refuses the login (WRONGPASS: user name or password)")]
    [TestCase("NOPERM User mes has no permissions to run the 'evalsha' command", true, "grants too few rights (NOPERM User mes has no permissions to run the 'evalsha' command)")]
    [TestCase("ERR The user executing the script can't run this command or subcommand script: 1f8f, on @user_script:1.", true, "grants too few rights (NOPERM within a script; its ACL LOG names the command or key)")]
    [TestCase("OOM command not allowed", true, null)]
    [TestCase("Received an unexpected EOF or 0 bytes from the transport stream.", true, null)]
    public void Trouble_is_named_as_its_operator_knows_it(string message, bool hasLogin, string? named) =>
        Assert.That(RedisTrouble.Of(new RedisException(message), hasLogin, isEncrypted: false), Is.EqualTo(named));

    [Test]
    public void That_TLS_does_not_come_about_is_named_where_it_is_spoken()
    {
        var exceptions = new[]
        {
            new Exception("Received an unexpected EOF or 0 bytes from the transport stream."),
            new Exception("It failed", new AuthenticationException("The remote certificate is invalid")),
        };

        Assert.That(exceptions.Select(exception => RedisTrouble.Of(exception, true, isEncrypted: true)), Is.All.Contains("TLS"));
        Assert.That(RedisTrouble.Of(new TimeoutException("no answer"), true, isEncrypted: true), Is.Null);
    }

    [Test]
    public void A_refusal_is_news_once_until_it_works_again()
    {
        var refusals = new RedisRefusals();

        Assert.That(refusals.Worked("put", out _), Is.False);
        Assert.That(refusals.Refused("put", "OOM", null), Is.True);
        Assert.That(refusals.Refused("put", "OOM", null), Is.False);
        Assert.That(refusals.Trouble, Is.Null, "it has no name");
        Assert.That(refusals.Refused("put", "NOPERM", "grants too few rights"), Is.True, "another kind");
        Assert.That(refusals.Refused("begin", "NOPERM", "grants too few rights"), Is.True, "another operation");
        Assert.That(refusals.Worked("get", out _), Is.False);
        Assert.That(refusals.Trouble, Is.EqualTo("grants too few rights"));
        Assert.That(refusals.Worked("put", out var count), Is.True);
        Assert.That(count, Is.EqualTo(3));
        Assert.That(refusals.Worked("begin", out _), Is.True);
        Assert.That(refusals.Trouble, Is.Null);
    }
}
