using Mes.Application.Messaging;
using NUnit.Framework;

namespace Mes.Tests.Unit.Validation;

[Category("Unit")]
internal sealed class EntityTagConditionTests
{
    [Test]
    public void Without_a_condition_any_version_will_do() => Assert.That(EntityTagCondition.None.Holds(7));

    [Test]
    public void One_of_several_versions_will_do()
    {
        var condition = EntityTagCondition.OneOf([3, 5]);

        Assert.That(new[] { 2, 3, 4, 5, 6 }.Where(condition.Holds), Is.EqualTo(new[] { 3, 5 }));
    }

    [Test]
    public void An_empty_list_of_versions_allows_none() => Assert.That(EntityTagCondition.OneOf([]).Holds(1), Is.False);
}
