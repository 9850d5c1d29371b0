using System.Security.Cryptography;
using System.Text;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// The cache without one of its guards, to show that a test notices it. It runs the real scripts with one line changed.
/// It knows nothing of licences: whatever it finds is a hit, and whatever it writes counts.
/// </summary>
internal sealed class PlantedOrderCache(IConnectionMultiplexer connection, KeySpace keys) : IOrderCache
{
    private readonly IDatabase _redis = connection.GetDatabase();

    /// <summary>The <c>begin</c> script.</summary>
    public string BeginScript { get; init; } = CacheScripts.Begin;

    /// <summary>The <c>put</c> script.</summary>
    public string PutScript { get; init; } = CacheScripts.Put;

    /// <summary>The <c>drop</c> script. Null: nothing is ever dropped.</summary>
    public string? DropScript { get; init; }

    /// <summary>Makes instances of each layout use keys of their own.</summary>
    public string KeySuffix { get; init; } = "";

    /// <summary>Writes and reads this layout instead of the current one.</summary>
    public int Layout { get; init; } = EntryCodec.Layout;

    /// <summary>Stays in this epoch, whatever the database says about epochs and data sets.</summary>
    public long? Epoch { get; init; }

    /// <summary>Decides which write is newer, in place of the order's version.</summary>
    public Func<OrderSnapshot, int> NewerBy { get; init; } = order => order.Version;

    /// <summary>Any version replaces any other.</summary>
    public static PlantedOrderCache WithoutVersionCheck(IConnectionMultiplexer connection, KeySpace keys) =>
        Without(connection, keys, "if version >= current then return store() end", "if true then return store() end");

    /// <summary>Every caller may fill in an order that the cache does not have.</summary>
    public static PlantedOrderCache WithoutLease(IConnectionMultiplexer connection, KeySpace keys) =>
        Without(connection, keys, "if not token then return 3 end", "if not token then return store() end");

    /// <summary>A lease is valid for every caller, not for its holder alone.</summary>
    public static PlantedOrderCache WithoutFence(IConnectionMultiplexer connection, KeySpace keys) =>
        Without(connection, keys, "if token == own_token then", "if true then");

    /// <summary>Tags get new stamps only if the put is stored.</summary>
    public static PlantedOrderCache WithoutStampsOfTheSuperseded(IConnectionMultiplexer connection, KeySpace keys)
    {
        const string Renewal = "if #KEYS > 7 then redis.call('DEL', unpack(KEYS, 8)) end\n";
        var script = Replace(CacheScripts.Put, Renewal, "\n");
        return new PlantedOrderCache(connection, keys)
        {
            PutScript = Replace(script, "local function store()\n", "local function store()\n  " + Renewal),
        };
    }

    public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
    {
        var bytes = (byte[]?)await _redis.StringGetAsync(Entry(orderId));
        return bytes is not null
            && WithLayout(bytes, Layout, EntryCodec.Layout) is { } readable
            && EntryCodec.Decode(orderId, readable) is { } order
            ? CacheRead<OrderSnapshot>.Found(order)
            : CacheRead<OrderSnapshot>.Miss;
    }

    public async ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder)
    {
        var token = new LeaseToken(RandomNumberGenerator.GetHexString(32, lowercase: true), holder);
        return await BeginAsync(orderId, holder, token) ? token : null;
    }

    /// <summary>A <c>begin</c> with a token that the caller has made.</summary>
    public async Task<bool> BeginAsync(Guid orderId, LeaseHolder holder, LeaseToken token)
    {
        var begin = ScriptCall.Begin(
            Entry(orderId),
            Lease(orderId),
            KeysOf(orderId).Log,
            token.Value,
            leaseMs: 5000,
            takesOver: holder == LeaseHolder.Writer,
            ChangeLog.NewRecord(orderId));
        return (int)await _redis.ScriptEvaluateAsync(BeginScript, begin.Keys, begin.Arguments) == 1;
    }

    public async ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags)
    {
        var version = NewerBy(order);
        var entry = WithLayout(EntryCodec.Encode(order with { Version = version }), EntryCodec.Layout, Layout)!;
        var keepMs = order.Status.IsTerminal() ? 86_400_000 : 0;
        var put = RedisOrderCache.PutCall(
            KeysOf(order.Id), order with { Version = version }, entry, token, tags, keepMs);
        (put.Keys[0], put.Keys[1]) = (Entry(order.Id), Lease(order.Id));
        var result = await _redis.ScriptEvaluateAsync(PutScript, put.Keys, put.Arguments);
        return (int)result switch
        {
            1 => PutResult.Stored,
            2 => PutResult.Superseded,
            _ => PutResult.Rejected,
        };
    }

    public async ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags)
    {
        if (DropScript is null)
        {
            return false;
        }

        var drop = RedisOrderCache.DropCall(KeysOf(orderId), orderId, CacheTags.FindSeller(tags)!, tags);
        return (int)await _redis.ScriptEvaluateAsync(DropScript, drop.Keys, drop.Arguments) == 1;
    }

    private static PlantedOrderCache Without(
        IConnectionMultiplexer connection, KeySpace keys, string guard, string instead) =>
        new(connection, keys) { PutScript = Replace(CacheScripts.Put, guard, instead) };

    /// <summary>The script with one of its lines changed. Throws if the script does not have the line.</summary>
    public static string Replace(string script, string guard, string instead) =>
        script.Contains(guard, StringComparison.Ordinal)
        ? script.Replace(guard, instead, StringComparison.Ordinal)
        : throw new InvalidOperationException(
            $"The script has no line \"{guard}\" any more: say here how its guard is taken out now.");

    private static byte[]? WithLayout(byte[] entry, int from, int to)
    {
        var (old, replacement) = (Encoding.ASCII.GetBytes($"MES {from} "), Encoding.ASCII.GetBytes($"MES {to} "));
        return entry.AsSpan().StartsWith(old) ? [.. replacement, .. entry.AsSpan(old.Length)] : null;
    }

    private CacheEpoch KeysOf(Guid orderId) =>
        Epoch is { } epoch ? new CacheEpoch(Cells.Common, epoch) : keys.Require(orderId);

    private RedisKey Entry(Guid orderId) => KeysOf(orderId).Entry(orderId).Append(KeySuffix);

    private RedisKey Lease(Guid orderId) => KeysOf(orderId).Lease(orderId).Append(KeySuffix);
}
