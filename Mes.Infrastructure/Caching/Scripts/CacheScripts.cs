using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Caching.Scripts;

/// <summary>The Lua scripts of the protocol. The client sends each to a server once, and later only its hash.</summary>
internal static class CacheScripts
{
    private static readonly string Entry = Text("proof") + Text("entry");
    private static readonly string Progress = Text("proof") + Text("progress");

    public static string Begin { get; } = Entry + Text("begin");

    public static string Put { get; } = Guarded(Entry + Text("put"));

    public static string Drop { get; } = Text("drop");

    public static string Read { get; } = Text("index") + (Guards.Sentinel
        ? Text("read")
        : Text("read").Replace("if not current then return false end", "current = current or redis.call('TIME')[2]", StringComparison.Ordinal));

    public static string BeginBuild { get; } = Text("index") + Progress + Text("begin-build");

    public static string RecordBuild { get; } = Progress + Text("record-build");

    public static string EvictIndex { get; } = Text("evict-index");

    public static string Stamps { get; } = Text("stamps");

    public static string Renew { get; } = Text("renew");

    private static string Guarded(string put)
    {
        if (!Guards.Version)
        {
            put = put.Replace("if version >= current then return store() end", "do return store() end", StringComparison.Ordinal);
        }

        if (!Guards.Stamp)
        {
            put = put.Replace("'XX', 'INCR', '-1', 'whole'", "'XX', 'INCR', '0', 'whole'", StringComparison.Ordinal);
        }

        return Guards.Lease ? put : put.Replace("if not token then return 3 end", "do return store() end", StringComparison.Ordinal);
    }

    private static string Text(string name) => EmbeddedScript.Read("Mes.Infrastructure.Caching", name);
}
