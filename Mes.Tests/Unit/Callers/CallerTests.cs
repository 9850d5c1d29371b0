using Mes.Domain.Callers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Callers;

[Category("Unit")]
internal sealed class CallerTests
{
    [TestCase(Role.Seller, "alpha", true)]
    [TestCase(Role.Seller, "beta", false)]
    [TestCase(Role.Seller, "ALPHA", false)]
    [TestCase(Role.Operator, "anna", true)]
    [TestCase(Role.Service, "crm", true)]
    public void A_seller_sees_only_its_own_orders(Role role, string id, bool sees) =>
        Assert.That(new Caller(role, id).MaySee("alpha"), Is.EqualTo(sees));

    [Test]
    public void In_the_history_a_caller_is_its_role_and_its_id() =>
        Assert.That(new[] { Given.Alpha, Given.Anna, Given.Crm, Given.Admin }.Select(caller => caller.ToString()),
            Is.EqualTo(new[] { "seller:alpha", "operator:anna", "service:crm", "admin:admin" }));

    [Test]
    public void A_revoked_key_keeps_the_time_of_its_first_revocation()
    {
        var key = ApiKey.Issue("id", [1, 2, 3], Given.Alpha, Given.Noon);
        Assert.That((key.RevokedAt, key.Caller), Is.EqualTo(((DateTimeOffset?)null, Given.Alpha)));

        key.Revoke(Given.Noon.AddHours(1));
        key.Revoke(Given.Noon.AddHours(2));

        Assert.That(key.RevokedAt, Is.EqualTo(Given.Noon.AddHours(1)));
    }
}
