using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Builds the indexes of a group: marks them, refreshes every order that belongs, and sets the sentinel only where the
/// mark still stands. After the mark, every put moves its order in these indexes too, so no change is missed meanwhile
/// (bug classes 12, 13, 32).
/// </summary>
internal sealed partial class IndexBuilder(
    IndexBuildMarks marks,
    OrderBatchRefresher refresher,
    IndexSource source,
    Cells cells,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<IndexBuilder> logger)
{
    private const int BatchSize = 200;

    /// <summary>How long to pause for each moment of work, so that a build does not slow requests.</summary>
    private const double PausePerWork = 1.25;

    private const int BatchesPerReport = 100;

    /// <summary>
    /// Builds the indexes in every cell that lacks them, in one pass over the database, or resumes a build that another
    /// instance left unfinished. Takes longer in pauses than in work.
    /// </summary>
    public async Task<IndexBuildResult> BuildAsync(IndexGroup group, CancellationToken cancellationToken)
    {
        var begun = await Task.WhenAll(Enumerable.Range(0, cells.Count).Select(cell => marks.BeginAsync(cell, group)));
        var missing = begun.Any(cell => cell.Result == IndexBuildResult.Failed) ? IndexBuildResult.Failed
            : begun.Any(cell => cell is { Result: IndexBuildResult.Busy, Mark: null }) ? IndexBuildResult.Busy
            : IndexBuildResult.Whole;
        var parts = begun.Select(cell => cell.Mark).OfType<IndexBuildMarks.Mark>().ToList();
        if (parts.Count == 0)
        {
            return missing;
        }

        using var building = metrics.BuildingIndex();

        // Cells that began together have the same cursor. If one began anew, all start anew with it.
        var cursor = parts.TrueForAll(part => part.Cursor == parts[0].Cursor) ? parts[0].Cursor : string.Empty;
        Building(group, cursor.Length > 0);
        var started = clock.GetTimestamp();
        var (count, batches) = (0, 0);
        while (true)
        {
            var batchStarted = clock.GetTimestamp();
            var page = await source.ReadPageAsync(group, cursor, BatchSize, cancellationToken);
            if (page.Ids.Count == 0)
            {
                break;
            }

            var unfailed = await RefreshAsync(parts, group, page.Ids, page.Cursor, cancellationToken);
            missing = unfailed.Count < parts.Count ? IndexBuildResult.Failed : missing;
            parts = unfailed;
            if (parts.Count == 0)
            {
                BrokenOff(group, count);
                return IndexBuildResult.Failed;
            }

            cursor = page.Cursor;
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

        var completed = await Task.WhenAll(parts.Select(part => marks.CompleteAsync(part, group)));
        if (completed.Contains(false) || missing == IndexBuildResult.Failed)
        {
            BrokenOff(group, count);
            return IndexBuildResult.Failed;
        }

        // There are many sellers, and most have few orders.
        Whole(
            group.SellerId is null || batches > 1 ? LogLevel.Information : LogLevel.Debug,
            group,
            count,
            (long)clock.GetElapsedTime(started).TotalMilliseconds);
        return missing;
    }

    /// <summary>
    /// Puts the orders of a page, and notes its cursor. A cell that fails is left behind, so that the others need not
    /// wait for it.
    /// </summary>
    /// <returns>The marks of the cells that have not failed.</returns>
    private async Task<List<IndexBuildMarks.Mark>> RefreshAsync(
        List<IndexBuildMarks.Mark> parts,
        IndexGroup group,
        IReadOnlyList<Guid> ids,
        string cursor,
        CancellationToken cancellationToken)
    {
        var unfinished = parts.Select(part => part.Epoch.Cell).ToHashSet();
        var failed = await refresher.RefreshAsync(
            [.. ids.Where(id => unfinished.Contains(cells.Of(id)))], unfinished.Count, cancellationToken);
        var done = await Task.WhenAll(parts.Select(async part =>
            !failed.Contains(part.Epoch.Cell) && await marks.AdvanceAsync(part, group, cursor)));
        return [.. parts.Where((_, part) => done[part])];
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The index of {Group} is being built (resumed: {Resumed})")]
    private partial void Building(IndexGroup group, bool resumed);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The index of {Group} is being built: {Count} orders so far")]
    private partial void SoFar(IndexGroup group, int count);

    [LoggerMessage(Message = "The index of {Group} is whole: {Count} orders in {Milliseconds} ms")]
    private partial void Whole(LogLevel level, IndexGroup group, int count, long milliseconds);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The index of {Group} could not be built further than {Count} orders; trying again")]
    private partial void BrokenOff(IndexGroup group, int count);
}
