using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Scripts;

/// <summary>
/// A script with its <c>KEYS</c> and <c>ARGV</c>. One method for each script makes them, with parameters named as the
/// script names them; a test compares the two. What they mean stands at the top of the script.
/// </summary>
internal readonly record struct ScriptCall(string Script, RedisKey[] Keys, RedisValue[] Arguments)
{
    public static ScriptCall Begin(
        RedisKey entry,
        RedisKey lease,
        RedisKey log,
        RedisValue token,
        long leaseMs,
        bool takesOver,
        RedisValue record) =>
        new(CacheScripts.Begin, [entry, lease, log], [token, leaseMs, takesOver, record]);

    public static ScriptCall Put(
        RedisKey entry,
        RedisKey lease,
        RedisKey log,
        RedisKey[] indexes,
        RedisKey[] stamps,
        RedisValue version,
        RedisValue value,
        RedisValue ownToken,
        long keepMs,
        RedisValue member,
        RedisValue record,
        bool logsEqual,
        RedisValue[] scores) =>
        new(
            CacheScripts.Put,
            [entry, lease, log, .. indexes, .. stamps],
            [version, value, ownToken, keepMs, member, record, logsEqual, .. scores]);

    public static ScriptCall Drop(
        RedisKey entry, RedisKey lease, RedisKey log, RedisKey[] indexes, RedisKey[] stamps, RedisValue record) =>
        new(CacheScripts.Drop, [entry, lease, log, .. indexes, .. stamps], [record]);

    public static ScriptCall Read(
        RedisKey index,
        RedisValue prefix,
        bool descending,
        RedisValue mergeLimit,
        long keepMs,
        long keepEmptyMs,
        RedisValue knownStamp,
        RedisValue[] ranges) =>
        new(
            CacheScripts.Read,
            [index],
            [prefix, descending, mergeLimit, keepMs, keepEmptyMs, knownStamp, .. ranges]);

    /// <summary>One range of <see cref="Read"/>.</summary>
    public static RedisValue[] Range(
        RedisValue low,
        RedisValue high,
        RedisValue @base,
        RedisValue afterScore,
        RedisValue afterMember,
        RedisValue count) =>
        [low, high, @base, afterScore, afterMember, count];

    public static ScriptCall BeginBuild(
        RedisKey builderKey,
        RedisKey progressKey,
        RedisKey[] indexes,
        RedisValue builder,
        long builderMs,
        RedisValue newMark,
        long keepMs) =>
        new(CacheScripts.BeginBuild, [builderKey, progressKey, .. indexes], [builder, builderMs, newMark, keepMs]);

    public static ScriptCall RecordBuild(
        RedisKey builderKey,
        RedisKey progressKey,
        RedisKey[] indexes,
        RedisValue builder,
        long builderMs,
        RedisValue mark,
        RedisValue cursor,
        bool isWhole,
        RedisValue firstStamp,
        long keepMs,
        long keepEmptyMs) =>
        new(
            CacheScripts.RecordBuild,
            [builderKey, progressKey, .. indexes],
            [builder, builderMs, mark, cursor, isWhole, firstStamp, keepMs, keepEmptyMs]);

    public static ScriptCall EvictIndex(RedisKey[] indexes, RedisValue member) =>
        new(CacheScripts.EvictIndex, indexes, [member]);

    public static ScriptCall Stamps(RedisKey[] stamps, RedisValue newStamp, long keepMs) =>
        new(CacheScripts.Stamps, stamps, [newStamp, keepMs]);

    public static ScriptCall Renew(RedisKey[] stamps) => new(CacheScripts.Renew, stamps, []);

    /// <summary>Runs the script in a cell, within the time limit of reads.</summary>
    /// <param name="operation">For metrics and traces; one of a few.</param>
    public ValueTask<RedisReply<RedisResult>> RunAsync(RedisRouter redis, int cell, string operation) =>
        redis.SendAsync(cell, operation, this, EvaluateAsync);

    /// <inheritdoc cref="RunAsync(RedisRouter, int, string)"/>
    /// <param name="timeout">How long to wait for the reply.</param>
    public ValueTask<RedisReply<RedisResult>> RunAsync(
        RedisRouter redis, int cell, string operation, TimeSpan timeout) =>
        redis.SendAsync(cell, operation, timeout, this, EvaluateAsync);

    private static Task<RedisResult> EvaluateAsync(IDatabase database, ScriptCall call) =>
        database.ScriptEvaluateAsync(call.Script, call.Keys, call.Arguments, CommandFlags.NoRedirect);
}
