namespace Mes.Chaos.Checking;

/// <summary>An attempt to change an order.</summary>
/// <param name="Version">
/// The acknowledged version; 0 if the change was refused or the client does not know its outcome.
/// </param>
/// <param name="UpdatedAt">As acknowledged, in Unix milliseconds.</param>
internal readonly record struct Change(
    int Order, int Version, long Start, long End, string? Status, byte Instance, long UpdatedAt = 0);
