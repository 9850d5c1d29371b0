using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// A read that only a master answers. When a server becomes a replica, its data is replaced within milliseconds, and it
/// goes on answering reads over the same connection. But it refuses every command that might write, and <c>GETEX</c>,
/// which without options does what <c>GET</c> does, might (bug class 34). Scripts that read take the same precaution.
/// </summary>
internal static class MasterReads
{
    private const string GetEx = "GETEX";

    public static async Task<RedisValue> GetAsync(IDatabase database, RedisKey key) =>
        (RedisValue)await database.ExecuteAsync(GetEx, [key], CommandFlags.NoRedirect);
}
