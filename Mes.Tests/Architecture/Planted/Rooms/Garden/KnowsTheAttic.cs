namespace Mes.Tests.Architecture.Planted.Rooms.Garden;

/// <summary>One step of a way that leads back.</summary>
internal sealed class KnowsTheAttic
{
    public Rooms.Attic.KnowsTheCellar? Next { get; init; }
}
