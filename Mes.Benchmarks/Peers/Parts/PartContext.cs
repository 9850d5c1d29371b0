namespace Mes.Benchmarks.Peers.Parts;

/// <summary>What a part gets to measure one contender in one round.</summary>
/// <param name="Instances">As many as the part asks for; the last is the distant one, where there is one.</param>
/// <param name="Ids">Of all orders, in an order that has nothing to do with their age.</param>
/// <param name="Seed">The same for all contenders of a round.</param>
internal sealed record PartContext(
    Peer Peer,
    IReadOnlyList<PeerInstance> Instances,
    IReadOnlyList<Guid> Ids,
    string Work,
    TimeSpan Duration,
    int Seed)
{
    public Keys Keys => Peer.Keys;

    public Uri Address => Instances[0].Address;
}
