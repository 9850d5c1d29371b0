using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Reads that only a master answers. When a server becomes a replica, its data is replaced within milliseconds, and it
/// goes on answering reads over the same connection. But it refuses every command that might write, and <c>GETEX</c>,
/// which without options does what <c>GET</c> does, might (bug class 34). Scripts that read take the same precaution.
/// </summary>
internal static class MasterReads
{
    private const string GetEx = "GETEX";

    public static async Task<RedisValue> GetAsync(IDatabase database, RedisKey key) =>
        (RedisValue)await database.ExecuteAsync(GetEx, [key], CommandFlags.NoRedirect);

    /// <summary>Reads several keys of one cell, the first one not after any other.</summary>
    /// <param name="keys">
    /// A value of another type counts as absent. Some servers read them one after the other, in this order.
    /// </param>
    /// <param name="absent">The name of no key, in the same cell.</param>
    /// <remarks>
    /// <c>MGET</c> is answered by a replica too. So a <c>GETEX</c> follows it over the same connection: a server that
    /// was a replica at the first cannot have become a master with other data until the second without the
    /// identification noticing.
    /// </remarks>
    public static async Task<RedisValue[]> GetAsync(IDatabase database, RedisKey[] keys, RedisKey absent)
    {
        var values = database.StringGetAsync(keys, CommandFlags.NoRedirect);
        var proof = GetAsync(database, absent);
        await Task.WhenAll(values, proof);
        return await values;
    }
}
