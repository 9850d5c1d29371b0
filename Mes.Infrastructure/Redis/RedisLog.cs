using System.Net;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Redis;

/// <summary>What the connections to Redis log.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Redis} answers; the cache is used")]
    public static partial void CircuitClosed(this ILogger logger, string redis);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Redis} does not answer ({Operation}: {Reason}, {Error}); " +
            "everything comes from the database until it does")]
    public static partial void CircuitOpened(
        this ILogger logger, string redis, string operation, string reason, string error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Redis} {Trouble}; everything comes from the database until a write works")]
    public static partial void NotWritable(this ILogger logger, string redis, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} does not answer; still trying")]
    public static partial void NotAnswering(this ILogger logger, string redis);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} does not answer, or is a replica; still trying")]
    public static partial void NotUsable(this ILogger logger, string redis);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} cannot be used: it {Trouble}; still trying")]
    public static partial void InTrouble(this ILogger logger, string redis, string trouble);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis still does not answer: {Error}")]
    public static partial void StillAway(this ILogger logger, string error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Redis} refuses {Operation}: {Trouble}; not logged again until it works")]
    public static partial void Refuses(this ILogger logger, string redis, string operation, string trouble);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "{Redis} accepts {Operation} again, after refusing it {Refused} times")]
    public static partial void AcceptsAgain(this ILogger logger, string redis, string operation, long refused);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The configuration of Redis endangers the cache, though not its guarantees: {Danger}")]
    public static partial void Danger(this ILogger logger, string danger);

    [LoggerMessage(
        Level = LogLevel.Debug, Message = "Another server has the keys that {Operation} was sent for: {Error}")]
    public static partial void Moved(this ILogger logger, string operation, string error);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "The master {Master} of the Redis Cluster has cells of the cache")]
    public static partial void HasCells(this ILogger logger, EndPoint master);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The master {Master} of the Redis Cluster has no cells of the cache any more")]
    public static partial void HasNoCells(this ILogger logger, EndPoint master);
}
