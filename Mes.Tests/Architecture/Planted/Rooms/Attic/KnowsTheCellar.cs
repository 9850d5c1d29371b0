namespace Mes.Tests.Architecture.Planted.Rooms.Attic;

/// <summary>Planted: one edge of a cycle between rooms.</summary>
internal sealed class KnowsTheCellar
{
    public Rooms.Cellar.KnowsTheGarden? Next { get; init; }
}
