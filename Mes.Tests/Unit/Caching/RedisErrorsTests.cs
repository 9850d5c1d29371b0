using System.Security.Authentication;
using Mes.Infrastructure.Redis;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Unit.Caching;

/// <summary>How the service understands the error replies of Redis, in the wordings of several versions.</summary>
[Category("Unit")]
internal sealed class RedisErrorsTests
{
    [TestCase("NOREPLICAS Not enough good replicas to write. script: e2b3, on @user_script:1.", "NOREPLICAS",
        RedisErrorScope.Refusal)]
    [TestCase("ERR Error running script (call to f_e2b3): @user_script:1: @user_script: 1: -NOREPLICAS Not enough "
        + "good replicas to write.", "NOREPLICAS", RedisErrorScope.Refusal)]
    [TestCase("NOPERM this user has no permissions to run the 'evalsha' command", "NOPERM", RedisErrorScope.Refusal)]
    [TestCase("ERR The user executing the script can't run this command or subcommand script: e2b3, on @user_script:1.",
        "NOPERM", RedisErrorScope.Refusal)]
    [TestCase("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        "MISCONF", RedisErrorScope.Refusal)]
    [TestCase("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", "BUSY",
        RedisErrorScope.Refusal)]
    [TestCase("LOADING Redis is loading the dataset in memory", "LOADING", RedisErrorScope.Refusal)]
    [TestCase("READONLY You can't write against a read only replica.", "READONLY", RedisErrorScope.Refusal)]
    [TestCase("CLUSTERDOWN The cluster is down", "CLUSTERDOWN", RedisErrorScope.Refusal)]
    [TestCase("CLUSTERDOWN Hash slot not served", "CLUSTERDOWN", RedisErrorScope.Elsewhere)]
    [TestCase("MOVED 3999 127.0.0.1:6381", "MOVED", RedisErrorScope.Elsewhere)]
    [TestCase("ASK 3999 127.0.0.1:6381", "ASK", RedisErrorScope.Elsewhere)]
    [TestCase("TRYAGAIN Multiple keys request during rehashing of slot", "TRYAGAIN", RedisErrorScope.Elsewhere)]
    [TestCase("OOM command not allowed when used memory > 'maxmemory'. script: e2b3, on @user_script:1.", "OOM",
        RedisErrorScope.Full)]
    [TestCase("WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE", RedisErrorScope.Key)]
    [TestCase("ERR Error running script (call to f_e2b3): @user_script:1: WRONGTYPE Operation against a key",
        "WRONGTYPE", RedisErrorScope.Key)]
    [TestCase("ERR value is not an integer or out of range", "ERR", RedisErrorScope.Refusal)]
    [TestCase("ERR unknown command 'EVALSHA'", "ERR", RedisErrorScope.Refusal)]
    public void An_error_is_told_by_its_code(string message, string code, object scope)
    {
        Assert.That(RedisErrors.CodeOf(message), Is.EqualTo(code));
        Assert.That(RedisErrors.ScopeOf(message), Is.EqualTo(scope));
    }

    [TestCase("WRONGPASS", "refuses the login (WRONGPASS)")]
    [TestCase("NOREPLICAS", "refuses writes (NOREPLICAS)")]
    public void People_are_told_what_is_refused(string code, string told) =>
        Assert.That(RedisErrors.Describe(code), Is.EqualTo(told));

    [TestCase("No connection is active; SimpleError: NOAUTH Authentication required.", true,
        "refuses the login (WRONGPASS: user name or password)")]
    [TestCase("No connection is active; SimpleError: NOAUTH Authentication required.", false,
        "wants a password (NOAUTH)")]
    [TestCase("WRONGPASS invalid username-password pair", true, "refuses the login (WRONGPASS: user name or password)")]
    [TestCase("NOPERM User mes has no permissions to run the 'evalsha' command", true,
        "grants too few rights (NOPERM User mes has no permissions to run the 'evalsha' command)")]
    [TestCase("ERR The user executing the script can't run this command or subcommand script: 1f8f, on @user_script:1.",
        true, "grants too few rights (NOPERM within a script; its ACL LOG names the command or key)")]
    [TestCase("OOM command not allowed", true, null)]
    [TestCase("Received an unexpected EOF or 0 bytes from the transport stream.", true, null)]
    public void Trouble_is_named_as_its_operator_knows_it(string message, bool hasLogin, string? named) =>
        Assert.That(
            RedisErrors.TroubleOf(new RedisException(message), hasLogin, isEncrypted: false), Is.EqualTo(named));

    [Test]
    public void That_TLS_does_not_come_about_is_named_where_it_is_spoken()
    {
        var exceptions = new[]
        {
            new Exception("Received an unexpected EOF or 0 bytes from the transport stream."),
            new Exception("It failed", new AuthenticationException("The remote certificate is invalid")),
        };

        Assert.That(exceptions.Select(exception => RedisErrors.TroubleOf(exception, true, isEncrypted: true)),
            Is.All.Contains("TLS"));
        Assert.That(RedisErrors.TroubleOf(new TimeoutException("no answer"), true, isEncrypted: true), Is.Null);
    }
}
