using Mes.Infrastructure.Redis;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class RedisRefusalsTests
{
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
