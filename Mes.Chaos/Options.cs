using Mes.Chaos.Mutations;

namespace Mes.Chaos;

/// <summary>What to run.</summary>
/// <param name="Seconds">How long clients and faults go on.</param>
/// <param name="Seed">
/// Which faults come when; the same seed gives the same sequence, though not the same moments to the microsecond.
/// </param>
/// <param name="Instances">How many instances of the service.</param>
/// <param name="Readers">How many clients that read.</param>
/// <param name="Writers">How many clients that change orders.</param>
/// <param name="Faults">
/// Which kinds of faults, by their names or what these begin with; all of them unless named.
/// </param>
/// <param name="IsCluster">On a Redis Cluster instead of a single Redis.</param>
/// <param name="VisibleWithin">Milliseconds after which a committed change must show (G2).</param>
/// <param name="HitsWithin">Milliseconds after which there must be hits again after a fault (G5).</param>
/// <param name="Backlog">How many changes an outage of Redis leaves behind, in the fault of that name.</param>
/// <param name="Service">The service's assembly.</param>
/// <param name="OtherService">The same in a version that writes another layout of entries; null for none.</param>
/// <param name="FakeTime">libfaketime.so.1, to set the database's clock; null for none.</param>
/// <param name="Without">
/// The mutation that the service was built with: the run is to find what it breaks; null for none.
/// </param>
/// <param name="WorkDirectory">For the data and the logs of all servers.</param>
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
