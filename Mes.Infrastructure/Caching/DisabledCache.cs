using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>No cache: everything from the database (<c>Mes:Cache:Enabled=false</c>).</summary>
internal sealed class DisabledCache : IOrderCache, IBoardIndex, IOrderListIndex, ITaggedCache, ICacheHealth
{
    public bool IsReachable(int cell) => false;

    public bool IsAnswering(int cell) => false;

    public bool IsWorking(int cell) => false;

    public ValueTask<bool> CanWriteAsync(int cell) => new(false);

    public string? TroubleWith(int cell) => null;

    public DataSet? Connected(int cell) => null;

    public CellAssignment? Assigned(int cell) => null;

    public bool IsDisabled => true;

    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => new(CacheRead<OrderSnapshot>.Bypass(BypassReason.Disabled));

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => new((LeaseToken?)null);

    /// <summary>The outbox row stays: an instance beside this one may have the cache on.</summary>
    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) => new(PutResult.Failed);

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) => new(false);

    public ValueTask<CacheRead<BoardCards>> ReadBoardAsync(int cardsPerStatus) => new(CacheRead<BoardCards>.Bypass(BypassReason.Disabled));

    public ValueTask<CacheRead<ColumnCards>> ReadColumnAsync(OrderStatus status, BoardSort sort, PagePosition? after, int count) =>
        new(CacheRead<ColumnCards>.Bypass(BypassReason.Disabled));

    public ValueTask<CacheRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(OrderFilter filter, PagePosition? after, int count) =>
        new(CacheRead<IReadOnlyList<OrderSnapshot>>.Bypass(BypassReason.Disabled));

    public ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags) => new(TaggedRead.Bypass(BypassReason.Disabled));

    public ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value) => new(false);

    public ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags) => new(false);
}
