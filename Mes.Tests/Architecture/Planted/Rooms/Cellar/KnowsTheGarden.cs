namespace Mes.Tests.Architecture.Planted.Rooms.Cellar;

/// <summary>Planted: one edge of a cycle between rooms.</summary>
internal sealed class KnowsTheGarden
{
    public Rooms.Garden.KnowsTheAttic? Next { get; init; }
}
