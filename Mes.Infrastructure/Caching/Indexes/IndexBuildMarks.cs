using System.Security.Cryptography;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// The traces of a build in Redis: one instance at a time marks the indexes of a group in a cell, notes its progress,
/// and replaces the mark by the sentinel.
/// </summary>
internal sealed partial class IndexBuildMarks(
    RedisRouter redis,
    KeySpace keys,
    Licences licences,
    IOptions<CacheOptions> options,
    ILogger<IndexBuildMarks> logger)
{
    /// <summary>
    /// A builder that has been silent for so long counts as stopped; another instance may resume its build.
    /// </summary>
    private const int BuilderMilliseconds = 5_000;

    private readonly string _builder = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <returns>
    /// The mark to build under; null when there is nothing to do, another instance is building, or the cache failed.
    /// </returns>
    public async Task<(IndexBuildResult Result, Mark? Mark)> BeginAsync(int cell, IndexGroup group)
    {
        if (!keys.TryGetEpoch(cell, out var epoch, out _))
        {
            return (IndexBuildResult.Failed, null);
        }

        var newMark = "building:" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        var begin = ScriptCall.BeginBuild(
            epoch.Builder(group),
            epoch.Progress(group),
            epoch.Indexes(group),
            _builder,
            BuilderMilliseconds,
            newMark,
            group.KeepMilliseconds(options.Value.KeepIdleIndex));
        var reply = await begin.RunAsync(redis, epoch.Cell, "build index");

        // A mark in what is no longer the cache is worth nothing.
        if (reply.Failure is not null || !licences.IsPutValid(epoch, reply.AnsweredBy))
        {
            return (IndexBuildResult.Failed, null);
        }

        var words = (string[])reply.Value!;
        return words[0] switch
        {
            "whole" => (IndexBuildResult.Whole, null),
            "busy" => (IndexBuildResult.Busy, null),
            _ => (IndexBuildResult.Busy, new Mark(epoch, words[1], words[2])),
        };
    }

    /// <summary>Notes the cursor up to which all orders have been put.</summary>
    /// <returns>False when the cache failed, another builder has taken over, or the mark was lost.</returns>
    public Task<bool> AdvanceAsync(Mark mark, IndexGroup group, string cursor) =>
        RecordAsync(mark, group, cursor, isWhole: false);

    /// <summary>Sets the sentinel: from now on the indexes are whole.</summary>
    /// <inheritdoc cref="AdvanceAsync"/>
    public Task<bool> CompleteAsync(Mark mark, IndexGroup group) =>
        RecordAsync(mark, group, cursor: string.Empty, isWhole: true);

    /// <summary>
    /// Evicts the group's indexes from a cell, because one has a member that is not an order of the group.
    /// </summary>
    public async Task EvictAsync(int cell, IndexGroup group, string member)
    {
        if (keys.TryGetEpoch(cell, out var epoch, out _))
        {
            Foreign(group, member);
            await ScriptCall.EvictIndex(epoch.Indexes(group), member).RunAsync(redis, epoch.Cell, "evict index");
        }
    }

    private async Task<bool> RecordAsync(Mark mark, IndexGroup group, string cursor, bool isWhole)
    {
        var epoch = mark.Epoch;
        var record = ScriptCall.RecordBuild(
            epoch.Builder(group),
            epoch.Progress(group),
            epoch.Indexes(group),
            _builder,
            BuilderMilliseconds,
            mark.Name,
            cursor,
            isWhole,
            NewStamp(),
            group.KeepMilliseconds(options.Value.KeepIdleIndex),
            group.KeepEmptyMilliseconds);
        var reply = await record.RunAsync(redis, epoch.Cell, "index built");
        return reply.Failure is null && (int)reply.Value == 1 && licences.IsPutValid(epoch, reply.AnsweredBy);
    }

    /// <summary>
    /// Scores are exact for whole numbers up to 2^53. That leaves room for every change an index will ever see. And the
    /// chance is negligible that a rebuilt index comes to a stamp of its predecessor just while a reader holds a copy
    /// with it.
    /// </summary>
    private static long NewStamp() =>
        -1 - (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 13);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The index of {Group} has a member that is none of its orders, {Member}; it is built anew")]
    private partial void Foreign(IndexGroup group, string member);

    /// <summary>The mark of a build in one cell.</summary>
    /// <param name="Name">The member that marks the indexes.</param>
    /// <param name="Cursor">Where the build goes on; empty for the start.</param>
    internal sealed record Mark(CacheEpoch Epoch, string Name, string Cursor);
}
