using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Licensing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

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
    CacheKeys keys,
    Licences licences,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<IndexBuilder> logger)
{
    private const int BatchSize = 200;

    /// <summary>So many puts at once go out: what a request asks for meanwhile does not wait behind more.</summary>
    private const int PutsAtOnce = 50;

    /// <summary>A builder that has not been heard of for so long has stopped; another may go on.</summary>
    private const int BuilderMilliseconds = 5_000;

    private const int BatchesPerReport = 100;

    private readonly string _builder = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Builds, or goes on where another instance has stopped. Takes about as long in pauses as in work, so as not to slow requests.</summary>
    public async Task<IndexBuild> BuildAsync(IndexGroup group, CancellationToken cancellationToken)
    {
        if (!keys.TryGet(out var epoch, out _))
        {
            return IndexBuild.Failed;
        }

        var (begun, mark, far) = await BeginAsync(epoch, group);
        if (mark is null)
        {
            return begun;
        }

        using var building = metrics.BuildingIndex();
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

            if (!await RefreshAsync(page.Ids, cancellationToken) || !await RecordAsync(epoch, group, mark, page.Far, isDone: false))
            {
                BrokenOff(group, count);
                return IndexBuild.Failed;
            }

            far = page.Far;
            count += page.Ids.Count;
            metrics.Indexed(page.Ids.Count);
            if (++batches % BatchesPerReport == 0)
            {
                SoFar(group, count);
            }

            if (page.Ids.Count == BatchSize)
            {
                await Task.Delay(clock.GetElapsedTime(batchStarted), clock, cancellationToken);
            }
        }

        if (!await RecordAsync(epoch, group, mark, far, isDone: true))
        {
            BrokenOff(group, count);
            return IndexBuild.Failed;
        }

        // Sellers are many, and most have few orders.
        Whole(
            group.SellerId is null || batches > 1 ? LogLevel.Information : LogLevel.Debug,
            group,
            count,
            (long)clock.GetElapsedTime(started).TotalMilliseconds);
        return IndexBuild.Whole;
    }

    /// <summary>The group has a member that came from elsewhere: it is to be built anew.</summary>
    public async Task ForgetAsync(IndexGroup group, string member)
    {
        if (keys.TryGet(out var epoch, out _))
        {
            Foreign(group, member);
            await redis.AskAsync(
                "forget index",
                (Keys: epoch.Indexes(group), member),
                static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Forget, script.Keys, [script.member]));
        }
    }

    /// <summary>The order's entry is missing, or not readable: puts it back.</summary>
    public async Task FillAsync(Guid orderId, CancellationToken cancellationToken)
    {
        await indexes.DiscardUnreadableAsync(orderId);
        await refresher.RefreshAsync(orderId, [], cancellationToken);
    }

    /// <returns>The mark to build under and where to start; no mark when there is nothing to do, or it cannot be done now.</returns>
    private async Task<(IndexBuild Result, string? Mark, string Far)> BeginAsync(CacheKeys.Epoch epoch, IndexGroup group)
    {
        var newMark = "building:" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        RedisValue[] arguments = [_builder, BuilderMilliseconds, newMark, Keep(group)];
        var answer = await redis.AskAsync(
            "build index",
            (Keys: Keys(epoch, group), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Build, script.Keys, script.arguments));

        // An index that was marked in what is no longer the cache is marked in vain.
        if (answer.Failure is not null || !licences.PutCounts(epoch.Number, answer.AnsweredBy))
        {
            return (IndexBuild.Failed, null, string.Empty);
        }

        var words = (string[])answer.Value!;
        return words[0] switch
        {
            "whole" => (IndexBuild.Whole, null, string.Empty),
            "busy" => (IndexBuild.Busy, null, string.Empty),
            _ => (IndexBuild.Busy, words[1], words[2]),
        };
    }

    private async Task<bool> RecordAsync(CacheKeys.Epoch epoch, IndexGroup group, string mark, string far, bool isDone)
    {
        RedisValue[] arguments = [_builder, BuilderMilliseconds, mark, far, Keep(group), isDone];
        var answer = await redis.AskAsync(
            "index built",
            (Keys: Keys(epoch, group), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Built, script.Keys, script.arguments));
        return answer.Failure is null && (int)answer.Value == 1 && licences.PutCounts(epoch.Number, answer.AnsweredBy);
    }

    /// <summary>Begin, read the rows, put: the same as for one order.</summary>
    private async Task<bool> RefreshAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<Guid, LeaseToken>();
        foreach (var chunk in ids.Chunk(PutsAtOnce))
        {
            foreach (var (id, token) in await Task.WhenAll(chunk.Select(async id => (id, await cache.BeginAsync(id, LeaseHolder.Writer)))))
            {
                if (token is null)
                {
                    return false;
                }

                tokens[id] = token;
            }
        }

        var old = clock.GetUtcNow() - options.Value.KeepTerminal;
        foreach (var chunk in (await source.ReadAsync(ids, cancellationToken)).Chunk(PutsAtOnce))
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
                    return false;
                }
            }
        }

        return true;
    }

    private long Keep(IndexGroup group) => group.SellerId is null ? 0 : (long)options.Value.KeepIdleIndex.TotalMilliseconds;

    private static RedisKey[] Keys(CacheKeys.Epoch epoch, IndexGroup group) =>
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
}
