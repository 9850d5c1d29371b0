using Mes.Chaos.Mutations;

namespace Mes.Chaos;

/// <summary>The options of a run.</summary>
/// <param name="Seconds">How long clients and faults run.</param>
/// <param name="Seed">
/// Decides the sequence of faults. The same seed gives the same sequence, though not at exactly the same moments.
/// </param>
/// <param name="Instances">The number of instances of the service.</param>
/// <param name="Readers">The number of clients that read.</param>
/// <param name="Writers">The number of clients that change orders.</param>
/// <param name="Faults">
/// The kinds of faults, by name or by the group with which names begin; all if none is named.
/// </param>
/// <param name="IsCluster">Whether to use a Redis Cluster instead of a single Redis.</param>
/// <param name="VisibleWithin">Milliseconds after which every answer must show a committed change (G2).</param>
/// <param name="HitsWithin">Milliseconds after which there must be hits again after a fault (G5).</param>
/// <param name="Backlog">The number of changes that the fault "backlog" leaves in the outbox.</param>
/// <param name="Service">The service's assembly.</param>
/// <param name="OtherService">The assembly of a version that writes another layout of entries; null for none.</param>
/// <param name="FakeTime">The path of libfaketime.so.1, to set the database's clock; null for none.</param>
/// <param name="Without">
/// The mutation with which the service was built. The run must find what it breaks. Null for none.
/// </param>
/// <param name="WorkDirectory">The folder for the data and the logs of all servers.</param>
internal sealed record Options(
    int Seconds,
    int Seed,
    int Instances,
    int Readers,
    int Writers,
    IReadOnlyCollection<string> Faults,
    bool IsCluster,
    int VisibleWithin,
    int HitsWithin,
    int Backlog,
    string Service,
    string? OtherService,
    string? FakeTime,
    Mutation? Without,
    string WorkDirectory);
