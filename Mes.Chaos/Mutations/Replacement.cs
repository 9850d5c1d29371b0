namespace Mes.Chaos.Mutations;

/// <summary>Replaces one text by another.</summary>
/// <param name="File">The file's name, preceded by folders if the name alone is ambiguous.</param>
/// <param name="Old">Must occur exactly once in the file.</param>
/// <param name="New">May be empty.</param>
internal sealed record Replacement(string File, string Old, string New);
