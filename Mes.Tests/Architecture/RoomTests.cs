using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class RoomTests
{
    /// <summary>
    /// The rooms on which each room of the infrastructure may depend. Startup and the composition root may depend on
    /// all.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Persistence"] = ["Connections"],
        ["Redis"] = ["Connections"],
        ["Coordination"] = ["Persistence", "Redis", "Connections"],
        ["Caching"] = ["Coordination", "Persistence", "Redis", "Connections"],
        ["Outbox"] = ["Coordination", "Persistence", "Redis", "Connections"],
        ["Events"] = ["Outbox", "Coordination", "Persistence", "Redis"],
        ["Callers"] = ["Coordination", "Persistence", "Connections"],
        ["RateLimiting"] = ["Redis"],
        ["Paging"] = ["Coordination", "Persistence"],
        ["Secrets"] = [],
        ["Webhooks"] = ["Secrets", "Events", "Coordination", "Persistence", "Connections"],
        ["Startup"] =
            ["Events", "Outbox", "Caching", "Callers", "Paging", "Coordination", "Persistence", "Redis", "Connections"],
    };

    [TestCase("Mes.Api")]
    [TestCase("Mes.Application")]
    [TestCase("Mes.Domain")]
    [TestCase("Mes.Infrastructure")]
    [TestCase("Mes.Infrastructure.Caching")]
    public void Rooms_depend_in_one_direction(string root) =>
        Assert.That(new RoomRule(Code.ProductArchitecture, root).Cycles(), Is.Empty,
            "Move the type that both rooms need into the room below.");

    [Test]
    public void A_room_of_the_infrastructure_knows_only_the_rooms_below()
    {
        var rule = new RoomRule(Code.ProductArchitecture, "Mes.Infrastructure");

        Assert.That(
            rule.Rooms, Is.SubsetOf(MayKnow.Keys), $"A new room gets a line in {nameof(RoomTests)}.{nameof(MayKnow)}.");
        Assert.That(
            rule.Rooms.SelectMany(room => rule.KnownBy(room).Where(known => !MayKnow[room].Contains(known.Room))
                .Select(known => $"{room}: {known.Because}")),
            Is.Empty);
    }

    [Test]
    public void A_cycle_is_caught() =>
        Assert.That(
            new RoomRule(Code.PlantedArchitecture, "Mes.Tests.Architecture.Planted.Rooms").Cycles(),
            Is.EqualTo(new[]
            {
                "Attic -> Cellar (KnowsTheCellar names KnowsTheGarden); Cellar -> Garden (KnowsTheGarden names "
                    + "KnowsTheAttic); "
                + "Garden -> Attic (KnowsTheAttic names KnowsTheCellar)",
                "Cellar -> Garden (KnowsTheGarden names KnowsTheAttic); Garden -> Attic (KnowsTheAttic names "
                    + "KnowsTheCellar); "
                + "Attic -> Cellar (KnowsTheCellar names KnowsTheGarden)",
                "Garden -> Attic (KnowsTheAttic names KnowsTheCellar); Attic -> Cellar (KnowsTheCellar names "
                    + "KnowsTheGarden); "
                + "Cellar -> Garden (KnowsTheGarden names KnowsTheAttic)",
            }));
}
