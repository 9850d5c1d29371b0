namespace Mes.Tests.Architecture.Planted.Rooms.Attic;

/// <summary>One step of a way that leads back.</summary>
internal sealed class KnowsTheCellar
{
    public Rooms.Cellar.KnowsTheGarden? Next { get; init; }
}
