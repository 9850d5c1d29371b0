using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Caching.Scripts;

/// <summary>The Lua scripts of the protocol. The client sends each to a server once, and later only its hash.</summary>
internal static class CacheScripts
{
    private static readonly string Entry = Text("proof") + Text("entry");
    private static readonly string Log = Text("log");
    private static readonly string Progress = Text("proof") + Text("progress");

    public static string Begin { get; } = Entry + Log + Text("begin");

    public static string Put { get; } = Entry + Log + Text("put");

    public static string Drop { get; } = Log + Text("drop");

    public static string Read { get; } = Text("index") + Text("read");

    public static string BeginBuild { get; } = Text("index") + Progress + Text("begin-build");

    public static string RecordBuild { get; } = Progress + Text("record-build");

    public static string EvictIndex { get; } = Text("evict-index");

    public static string Stamps { get; } = Text("stamps");

    public static string Renew { get; } = Text("renew");

    private static string Text(string name) => EmbeddedScript.Read("Mes.Infrastructure.Caching", name);
}
