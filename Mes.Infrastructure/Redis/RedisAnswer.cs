using Mes.Application.Caching;

namespace Mes.Infrastructure.Redis;

/// <summary>What Redis answered, or why it did not.</summary>
internal readonly struct RedisAnswer<T>
{
    /// <summary>Null when there is an answer.</summary>
    public BypassReason? Failure { get; private init; }

    public T Value { get; private init; }

    /// <summary>Which Redis answered; null when that is not certain, because the connection is another one by now.</summary>
    public DataSet? AnsweredBy { get; private init; }

    public static RedisAnswer<T> Of(T value, DataSet? answeredBy) => new() { Value = value, AnsweredBy = answeredBy };

    public static RedisAnswer<T> None(BypassReason why) => new() { Failure = why, Value = default! };
}
