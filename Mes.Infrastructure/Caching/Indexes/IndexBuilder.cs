using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Builds the indexes of a group: marks them, refreshes every order that belongs, and sets the sentinel only where the mark still
/// stands. From the mark on, every put moves its order in these indexes too, so nothing that changes meanwhile is missed (bug
/// classes 12, 13, 32).
/// </summary>
internal sealed partial class IndexBuilder(
    RedisGate redis,
    IOrderCache cache,
    RedisOrderCache indexes,
    OrderRefresher refresher,
    IndexSource source,
    KeySpace keys,
    Cells cells,
    Licences licences,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<IndexBuilder> logger)
{
    private const int BatchSize = 200;

    /// <summary>So many puts at once go out: what a request asks for meanwhile does not wait behind more.</summary>
    private const int PutsAtOnce = 20;

    /// <summary>How long to pause for each moment of work.</summary>
    private const double PausePerWork = 1.25;

    /// <summary>A builder that has not been heard of for so long has stopped; another may go on.</summary>
    private const int BuilderMilliseconds = 5_000;

    private const int BatchesPerReport = 100;

    /// <summary>
    /// How long a seller's index without orders is kept after it was last read: anybody who may ask for any seller's orders may ask for
    /// those of sellers that there are not, and whoever begins to sell asks often enough.
    /// </summary>
    public const int KeepEmptyMilliseconds = 60_000;

    private readonly string _builder = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>
    /// Builds in every cell that lacks it, in one pass over the database, or goes on where another instance has stopped. Takes
    /// longer in pauses than in work, so as not to slow requests.
    /// </summary>
    public async Task<IndexBuildResult> BuildAsync(IndexGroup group, CancellationToken cancellationToken)
    {
        var begun = await Task.WhenAll(Enumerable.Range(0, cells.Count).Select(cell => BeginAsync(cell, group)));
        var missing = begun.Any(cell => cell.Result == IndexBuildResult.Failed) ? IndexBuildResult.Failed
            : begun.Any(cell => cell is { Result: IndexBuildResult.Busy, Part: null }) ? IndexBuildResult.Busy
            : IndexBuildResult.Whole;
        var parts = begun.Select(cell => cell.Part).OfType<Part>().ToList();
        if (parts.Count == 0)
        {
            return missing;
        }

        using var building = metrics.BuildingIndex();

        // Those that were begun together are equally far; where one was begun anew, all start anew with it.
        var far = parts.TrueForAll(part => part.Far == parts[0].Far) ? parts[0].Far : string.Empty;
        Building(group, far.Length > 0);
        var started = clock.GetTimestamp();
        var (count, batches) = (0, 0);
        while (true)
        {
            var batchStarted = clock.GetTimestamp();
            var page = await source.ReadPageAsync(group, far, BatchSize, cancellationToken);
            if (page.Ids.Count == 0)
            {
                break;
            }

            // A cell that does not go along is left behind; the others need not wait for it.
            var wanted = parts.Select(part => part.Epoch.Cell).ToHashSet();
            var failed = await RefreshAsync([.. page.Ids.Where(id => wanted.Contains(cells.Of(id)))], wanted.Count, cancellationToken);
            var done = await Task.WhenAll(parts.Select(async part =>
                !failed.Contains(part.Epoch.Cell) && await RecordAsync(part, group, page.Far, isDone: false)));
            parts = [.. parts.Where((_, part) => done[part])];
            if (parts.Count == 0)
            {
                BrokenOff(group, count);
                return IndexBuildResult.Failed;
            }

            missing = done.Contains(false) ? IndexBuildResult.Failed : missing;
            far = page.Far;
            count += page.Ids.Count;
            metrics.Indexed(page.Ids.Count);
            if (++batches % BatchesPerReport == 0)
            {
                SoFar(group, count);
            }

            if (page.Ids.Count == BatchSize)
            {
                await Task.Delay(clock.GetElapsedTime(batchStarted) * PausePerWork, clock, cancellationToken);
            }
        }

        if ((await Task.WhenAll(parts.Select(part => RecordAsync(part, group, far, isDone: true)))).Contains(false) || missing == IndexBuildResult.Failed)
        {
            BrokenOff(group, count);
            return IndexBuildResult.Failed;
        }

        // Sellers are many, and most have few orders.
        Whole(
            group.SellerId is null || batches > 1 ? LogLevel.Information : LogLevel.Debug,
            group,
            count,
            (long)clock.GetElapsedTime(started).TotalMilliseconds);
        return missing;
    }

    /// <summary>The group has a member in this cell that came from elsewhere: it is to be built anew.</summary>
    public async Task ForgetAsync(int cell, IndexGroup group, string member)
    {
        if (keys.TryGet(cell, out var epoch, out _))
        {
            Foreign(group, member);
            await redis.AskAsync(
                epoch.Cell,
                "forget index",
                (Keys: epoch.Indexes(group), member),
                static (database, script) => database.ScriptEvaluateAsync(CacheScripts.EvictIndex, script.Keys, [script.member], CommandFlags.NoRedirect));
        }
    }

    /// <summary>The order's entry is missing, not readable, or not where it belongs: puts it back.</summary>
    public Task FillAsync(Guid orderId, CancellationToken cancellationToken) => refresher.RefreshAsync(orderId, [], cancellationToken);

    /// <returns>What to build, and where to start; nothing when there is nothing to do, or it cannot be done now.</returns>
    private async Task<(IndexBuildResult Result, Part? Part)> BeginAsync(int cell, IndexGroup group)
    {
        if (!keys.TryGet(cell, out var epoch, out _))
        {
            return (IndexBuildResult.Failed, null);
        }

        var newMark = "building:" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        RedisValue[] arguments = [_builder, BuilderMilliseconds, newMark, Keep(group)];
        var answer = await redis.AskAsync(
            epoch.Cell,
            "build index",
            (Keys: Keys(epoch, group), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.BeginBuild, script.Keys, script.arguments, CommandFlags.NoRedirect));

        // An index that was marked in what is no longer the cache is marked in vain.
        if (answer.Failure is not null || !licences.PutCounts(epoch, answer.AnsweredBy))
        {
            return (IndexBuildResult.Failed, null);
        }

        var words = (string[])answer.Value!;
        return words[0] switch
        {
            "whole" => (IndexBuildResult.Whole, null),
            "busy" => (IndexBuildResult.Busy, null),
            _ => (IndexBuildResult.Busy, new Part(epoch, words[1], words[2])),
        };
    }

    private async Task<bool> RecordAsync(Part part, IndexGroup group, string far, bool isDone)
    {
        var epoch = part.Epoch;
        RedisValue[] arguments = [_builder, BuilderMilliseconds, part.Mark, far, Keep(group), isDone, NewStamp(), KeepEmpty(group)];
        var answer = await redis.AskAsync(
            epoch.Cell,
            "index built",
            (Keys: Keys(epoch, group), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.RecordBuild, script.Keys, script.arguments, CommandFlags.NoRedirect));
        return answer.Failure is null && (int)answer.Value == 1 && licences.PutCounts(epoch, answer.AnsweredBy);
    }

    /// <summary>Begin, read the rows, put: the same as for one order.</summary>
    /// <returns>The cells that did not go along.</returns>
    private async Task<IReadOnlySet<int>> RefreshAsync(IReadOnlyList<Guid> ids, int wantedCells, CancellationToken cancellationToken)
    {
        var failed = new HashSet<int>();
        var tokens = new Dictionary<Guid, LeaseToken>();
        foreach (var chunk in ids.Chunk(PutsAtOnce))
        {
            foreach (var (id, token) in await Task.WhenAll(chunk.Select(async id => (id, await cache.BeginAsync(id, LeaseHolder.Writer)))))
            {
                if (token is null)
                {
                    failed.Add(cells.Of(id));
                }
                else
                {
                    tokens[id] = token;
                }
            }

            if (failed.Count == wantedCells)
            {
                return failed;
            }
        }

        var old = clock.GetUtcNow() - options.Value.KeepTerminal;
        foreach (var chunk in (await source.ReadAsync(tokens.Keys, cancellationToken)).Chunk(PutsAtOnce))
        {
            var puts = await Task.WhenAll(chunk.Select(async order => (
                order.Id,
                Result: order.Status.IsTerminal() && order.UpdatedAt < old
                    ? await indexes.PutIntoIndexesAsync(order, tokens[order.Id])
                    : await cache.PutAsync(order, tokens[order.Id], []))));
            foreach (var (id, result) in puts)
            {
                var final = result == PutResult.Rejected ? await refresher.RefreshAsync(id, [], cancellationToken) : result;
                if (final is not (PutResult.Stored or PutResult.Superseded))
                {
                    failed.Add(cells.Of(id));
                }
            }

            if (failed.Count == wantedCells)
            {
                return failed;
            }
        }

        return failed;
    }

    /// <summary>
    /// Whole numbers up to 2^53 are exact as scores: that leaves room for as many changes as there will ever be, and the chance that an
    /// index which was lost comes to an earlier one's stamp at the very moment at which somebody holds that is none.
    /// </summary>
    private static long NewStamp() => -1 - (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 13);

    private long Keep(IndexGroup group) => group.SellerId is null ? 0 : (long)options.Value.KeepIdleIndex.TotalMilliseconds;

    private static long KeepEmpty(IndexGroup group) => group.SellerId is null ? 0 : KeepEmptyMilliseconds;

    private static RedisKey[] Keys(CacheEpoch epoch, IndexGroup group) =>
        [epoch.Builder(group), epoch.Progress(group), .. epoch.Indexes(group)];

    [LoggerMessage(Level = LogLevel.Debug, Message = "The index of {Group} is being built (resumed: {Resumed})")]
    private partial void Building(IndexGroup group, bool resumed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The index of {Group} has a member that is none of its orders, {Member}; it is built anew")]
    private partial void Foreign(IndexGroup group, string member);

    [LoggerMessage(Level = LogLevel.Information, Message = "The index of {Group} is being built: {Count} orders so far")]
    private partial void SoFar(IndexGroup group, int count);

    [LoggerMessage(Message = "The index of {Group} is whole: {Count} orders in {Milliseconds} ms")]
    private partial void Whole(LogLevel level, IndexGroup group, int count, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The index of {Group} could not be built further than {Count} orders; trying again")]
    private partial void BrokenOff(IndexGroup group, int count);

    /// <summary>What is being built in one cell.</summary>
    /// <param name="Mark">To build under.</param>
    /// <param name="Far">Where to start.</param>
    private sealed record Part(CacheEpoch Epoch, string Mark, string Far);
}
