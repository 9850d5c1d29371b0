namespace Mes.Tests.Architecture.Planted.Rooms.Cellar;

/// <summary>One step of a way that leads back.</summary>
internal sealed class KnowsTheGarden
{
    public Rooms.Garden.KnowsTheAttic? Next { get; init; }
}
