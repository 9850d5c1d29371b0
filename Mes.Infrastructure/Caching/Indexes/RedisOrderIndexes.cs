using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// The board and the sellers' lists in Redis. In each cell one script reads counts, ids and entries in one step.
/// </summary>
internal sealed class RedisOrderIndexes(
    RedisRouter redis,
    KeySpace keys,
    Licences licences,
    IndexMaintainer maintainer,
    LocalIndexCopies copies,
    IOptions<CacheOptions> options,
    CacheMetrics metrics)
    : IOrderIndexes
{
    public async ValueTask<CacheRead<SelectedOrders>> ReadAsync(OrderSelection selection)
    {
        if (IndexQuery.Of(selection) is not { } query)
        {
            return CacheRead<SelectedOrders>.Bypass(BypassReason.NotIndexed);
        }

        var read = await ReadAsync(query);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    private async ValueTask<CacheRead<SelectedOrders>> ReadAsync(IndexQuery query)
    {
        if (!keys.TryGetEpochs(out var epochs, out var objection))
        {
            return CacheRead<SelectedOrders>.Bypass(objection);
        }

        // All cells at once. Each replies with a snapshot of its own, a moment apart. But an order stays in one cell
        // for ever, so it cannot be in the snapshots of two cells, nor in none.
        var copy = copies.Find(query);
        var reads = await Task.WhenAll(epochs.Select(epoch => ReadCellAsync(epoch, query, copy)));
        if (reads.FirstOrDefault(read => read.Failure is not null) is { Failure: { } why })
        {
            return CacheRead<SelectedOrders>.Bypass(why);
        }

        LocalIndexCopies.Part[] parts = [.. reads.Select(read => read.Part).OfType<LocalIndexCopies.Part>()];
        if (parts.Length < reads.Length)
        {
            return CacheRead<SelectedOrders>.Miss;
        }

        // Where no part is new, what was made of them is as good as they are.
        var found = copy is not null && copy.Parts.SequenceEqual(parts)
            ? copy
            : new LocalIndexCopies.Copy(parts, query.Merge([.. parts.Select(part => part.Orders)]));

        // Validated now that the replies are here: the process may have been stopped since the requests were sent.
        switch (licences.Validate(epochs, [.. reads.Select(read => read.AnsweredBy)]))
        {
            case HitValidity.Valid:
                // Only what counts is kept: in another data set the same stamp may stand for other orders.
                if (found != copy)
                {
                    copies.Keep(query, found);
                }

                return CacheRead<SelectedOrders>.Found(found.Whole);
            case HitValidity.Unverified:
                return CacheRead<SelectedOrders>.FoundUnverified(found.Whole);
            default:
                return CacheRead<SelectedOrders>.Bypass(BypassReason.NoLicence);
        }
    }

    /// <summary>Reads the cell's part of an index, and calls for repair of what the cell lacks.</summary>
    private async Task<CellRead> ReadCellAsync(CacheEpoch epoch, IndexQuery query, LocalIndexCopies.Copy? copy)
    {
        var known = copy?.Parts[epoch.Cell] is { } part && part.Epoch == epoch ? part : null;
        var read = query.ReadCall(epoch, options.Value.KeepIdleIndex, known?.Stamp);
        var reply = await read.RunAsync(redis, epoch.Cell, "read index");
        if (reply.Failure is { } why)
        {
            return new CellRead { Failure = why };
        }

        if (reply.Value.IsNull)
        {
            maintainer.Request(query.Group);
            return default;
        }

        if (reply.Value.Resp2Type != ResultType.Array)
        {
            // Nothing has changed since the copy was made.
            return new CellRead { Part = known, AnsweredBy = reply.AnsweredBy };
        }

        var interpreted = IndexReply.Of((RedisResult[])reply.Value!, epoch, query);
        foreach (var member in interpreted.Broken)
        {
            maintainer.Repair(epoch.Cell, query.Group, member);
        }

        if (interpreted.IsUnreadable)
        {
            metrics.Unreadable();
        }

        return new CellRead { Part = interpreted.Part, AnsweredBy = reply.AnsweredBy };
    }

    /// <summary>What became of the read of one cell. Without a part it is a failure or a miss.</summary>
    private readonly record struct CellRead
    {
        /// <summary>Why Redis did not reply.</summary>
        public BypassReason? Failure { get; init; }

        public LocalIndexCopies.Part? Part { get; init; }

        public DataSet? AnsweredBy { get; init; }
    }
}
