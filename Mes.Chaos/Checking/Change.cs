namespace Mes.Chaos.Checking;

/// <summary>An attempt to change an order.</summary>
/// <param name="Version">
/// What was acknowledged; 0 when it was refused or its outcome is not known to the client.
/// </param>
/// <param name="UpdatedAt">As acknowledged, Unix milliseconds.</param>
internal readonly record struct Change(
    int Order, int Version, long Start, long End, string? Status, byte Instance, long UpdatedAt = 0);
