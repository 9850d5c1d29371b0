using Mes.Chaos.Nemesis;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

[Category("Unit")]
internal sealed class FaultKindTests
{
    [Test]
    public void No_two_faults_have_one_name() => Assert.That(Faults.All.Select(kind => kind.Name), Is.Unique);

    [TestCase("redis-refuses", 8)]
    [TestCase("redis-refuses-disk", 1)]
    [TestCase("flush", 1)]
    [TestCase("redis-ref", 0)]
    public void A_kind_is_meant_by_its_name_and_by_what_it_begins_with(string name, int count) =>
        Assert.That(Faults.All.Count(kind => kind.IsMeantBy(name)), Is.EqualTo(count));

    [TestCase(Topology.Single, "move-slots")]
    [TestCase(Topology.Cluster, "cut-instance")]
    public void A_fault_is_left_out_where_there_is_not_what_it_breaks(Topology topology, string name) =>
        Assert.That(Faults.All.Single(kind => kind.Name == name).On.HasFlag(topology), Is.False);
}
