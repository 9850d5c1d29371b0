using System.Reflection;
using Mes.Application.Behaviors;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using NUnit.Framework;
using static Mes.Tests.Architecture.Planted.Tags.PlantedTags;

namespace Mes.Tests.Architecture;

/// <summary>
/// The service does not start with tags that would keep an answer for ever, or would make a change renew nothing.
/// </summary>
[Category("Unit")]
internal sealed class TagTests
{
    [Test]
    public void The_tags_of_every_request_are_as_they_should_be() =>
        Assert.That(() => TagRules.Require(UseCaseRule.RequestsIn(Code.Application.GetTypes())), Throws.Nothing);

    [TestCase(typeof(NoTags), "NoTags declares no tags")]
    [TestCase(typeof(NullTags), "NullTags declares no tags")]
    [TestCase(typeof(EmptyTag), "EmptyTag declares the tag \"\", which is empty")]
    [TestCase(typeof(SpacedTag),
        "SpacedTag declares the tag \"seller:example and others\", which has white space in it")]
    [TestCase(typeof(ReadyMade), "which has white space in it")]
    [TestCase(typeof(KindlessTag), "KindlessTag declares the tag \":0\", which has no kind")]
    [TestCase(typeof(ValuelessTag), "ValuelessTag declares the tag \"machine:\", which has no value behind its colon")]
    [TestCase(typeof(MisspeltStatus), "MisspeltStatus declares the tag \"status:SHIPED\", which is no status'")]
    [TestCase(typeof(NumberOfAnOrder), "which is no order's")]
    [TestCase(typeof(AllSellers), "AllSellers declares the tag \"seller\", which has no value")]
    [TestCase(typeof(NobodyRenewsIt), "NobodyRenewsIt declares the tag \"machine:0\", which nothing renews")]
    [TestCase(typeof(SpacedCommand), "SpacedCommand declares the tag \"all machines\", which has white space in it")]
    public void Other_tags_do_not_start(Type planted, string message)
    {
        Assert.That(() => TagRules.Require([planted]), Throws.InvalidOperationException.With.Message.Contains(message));
        Assert.That(
            () => new ServiceCollection().AddPipelines(AssemblyOf(planted)),
                Throws.InvalidOperationException.With.Message.Contains(message));
    }

    [TestCase(typeof(AsItShouldBe))]
    [TestCase(typeof(CannotBeTold), TestName = "{m}: what cannot be told before it is sent")]
    [TestCase(typeof(NobodyRenewsIt), typeof(RenewsMachines), TestName = "{m}: of a kind that a command declares")]
    public void Tags_that_are_as_they_should_be_start(params Type[] planted) =>
        Assert.That(() => new ServiceCollection().AddPipelines(AssemblyOf(planted)), Throws.Nothing);

    private static Assembly AssemblyOf(params Type[] types)
    {
        var assembly = new Mock<Assembly>();
        assembly.Setup(a => a.GetTypes()).Returns(types);
        return assembly.Object;
    }
}
