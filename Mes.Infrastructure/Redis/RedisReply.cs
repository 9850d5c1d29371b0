using Mes.Application.Caching;

namespace Mes.Infrastructure.Redis;

/// <summary>A reply of Redis, or the reason why there is none.</summary>
internal readonly struct RedisReply<T>
{
    /// <summary>Why there is no reply; null if there is one.</summary>
    public BypassReason? Failure { get; private init; }

    public T Value { get; private init; }

    /// <summary>
    /// The data set that the reply came from; null if that is not certain, because the client may have reconnected.
    /// </summary>
    public DataSet? AnsweredBy { get; private init; }

    public static RedisReply<T> Of(T value, DataSet? answeredBy) => new() { Value = value, AnsweredBy = answeredBy };

    public static RedisReply<T> Failed(BypassReason reason) => new() { Failure = reason, Value = default! };
}
