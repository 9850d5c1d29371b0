using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// A read that only a master answers. A server that was made a replica has its data replaced within milliseconds, and goes on answering
/// reads over the same connection; but it refuses whatever might write, and <c>GETEX</c>, which without options is a <c>GET</c>, might
/// (bug class 34). The scripts that read see to the same.
/// </summary>
internal static class MasterReads
{
    private const string GetEx = "GETEX";

    public static async Task<RedisValue> GetAsync(IDatabase database, RedisKey key) =>
        (RedisValue)await database.ExecuteAsync(GetEx, [key], CommandFlags.NoRedirect);
}
