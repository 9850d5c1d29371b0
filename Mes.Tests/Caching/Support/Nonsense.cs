using StackExchange.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>A foreign value under one of our keys.</summary>
/// <param name="Name">Stands in the name of the test.</param>
/// <param name="Write">Writes the value under the key.</param>
internal sealed record Nonsense(string Name, Func<IDatabase, RedisKey, Task> Write)
{
    public static IEnumerable<Nonsense> OtherTypes =>
    [
        new("a hash", Over((redis, key) => redis.HashSetAsync(key, "field", "value"))),
        new("a list", Over((redis, key) => redis.ListRightPushAsync(key, "value"))),
        new("a set", Over((redis, key) => redis.SetAddAsync(key, "value"))),
        new("a sorted set", Over((redis, key) => redis.SortedSetAddAsync(key, "value", 1))),
    ];

    public static Nonsense Text(string name, string text) =>
        new(name, Over((redis, key) => redis.StringSetAsync(key, text)));

    public override string ToString() => Name;

    private static Func<IDatabase, RedisKey, Task> Over(Func<IDatabase, RedisKey, Task> write) => async (redis, key) =>
    {
        await redis.KeyDeleteAsync(key);
        await write(redis, key);
    };
}
