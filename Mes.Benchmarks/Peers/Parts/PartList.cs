namespace Mes.Benchmarks.Peers.Parts;

/// <summary>All parts, in the order in which they are measured and shown.</summary>
internal static class PartList
{
    public static IReadOnlyList<Part> All { get; } =
    [
        StatusParts.Hot(1),
        StatusParts.Hot(32),
        StatusParts.Hot(256),
        StatusParts.Spread,
        ListParts.List,
        ListParts.Board,
        ChangeParts.Alone(1),
        ChangeParts.Alone(8),
        ChangeParts.Mixed,
        ChangeParts.Across,
        TroubleParts.Trips,
        StatusParts.Far,
        TroubleParts.Pause,
    ];
}
