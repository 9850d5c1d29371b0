namespace Mes.Chaos.Mutations;

/// <summary>One text in place of another.</summary>
/// <param name="File">The file's name; with folders in front where the name alone is not enough.</param>
/// <param name="Old">Occurs exactly once in it.</param>
/// <param name="New">May be empty.</param>
internal sealed record Replacement(string File, string Old, string New);
