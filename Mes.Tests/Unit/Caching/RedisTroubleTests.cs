using System.Security.Authentication;
using Mes.Infrastructure.Caching;
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
    [TestCase("ERR The user executing the script can't run this command or subcommand script: 1f8f, on @user_script:1.", true, "grants too few rights (NOPERM within a script; its ACL LOG names the command or key)")]}
