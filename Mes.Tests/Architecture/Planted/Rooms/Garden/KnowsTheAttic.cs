namespace Mes.Tests.Architecture.Planted.Rooms.Garden;

/// <summary>Planted: one edge of a cycle between rooms.</summary>
internal sealed class KnowsTheAttic
{
    public Rooms.Attic.KnowsTheCellar? Next { get; init; }
}
