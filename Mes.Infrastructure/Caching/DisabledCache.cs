using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>The cache while it is off: the database answers everything (<c>Mes:Cache:Enabled=false</c>).</summary>
internal sealed class DisabledCache : IOrderCache, IOrderIndexes, ITaggedCache, ICacheHealth
{
    public bool IsAnswering(int cell) => false;

    public bool HasRecovered(int cell) => false;

    public ValueTask<bool> CanWriteAsync(int cell) => new(false);

    public string? TroubleWith(int cell) => null;

    public DataSet? Connected(int cell) => null;

    public CellAssignment? Assigned(int cell) => null;

    public bool IsDisabled => true;

    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) =>
        new(CacheRead<OrderSnapshot>.Bypass(BypassReason.Disabled));

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => new((LeaseToken?)null);

    /// <summary>Fails, so that the outbox row stays: another instance may have the cache on.</summary>
    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        new(PutResult.Failed);

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) => new(false);

    public ValueTask<CacheRead<SelectedOrders>> ReadAsync(OrderSelection selection) =>
        new(CacheRead<SelectedOrders>.Bypass(BypassReason.Disabled));

    public ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags) =>
        new(TaggedRead.Bypass(BypassReason.Disabled));

    public ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value) => new(false);

    public ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags) => new(false);
}
