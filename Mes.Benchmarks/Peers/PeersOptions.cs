namespace Mes.Benchmarks.Peers;

/// <summary>What a run measures.</summary>
/// <param name="Orders">How many orders the database has.</param>
/// <param name="Rounds">How often the contenders take turns.</param>
/// <param name="Parts">The names of the parts to measure; empty for all.</param>
/// <param name="Contenders">The names of the contenders that take part; empty for all.</param>
/// <param name="Assembly">The assembly of Mes.Contenders.</param>
/// <param name="Before">The assembly of an earlier build of the service; null for none.</param>
/// <param name="Documents">The folder with benchmarks.md.</param>
internal sealed record PeersOptions(
    int Orders,
    int Rounds,
    IReadOnlyCollection<string> Parts,
    IReadOnlyCollection<string> Contenders,
    string Assembly,
    string? Before,
    string Documents);
