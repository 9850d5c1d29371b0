namespace Mes.Infrastructure.Caching;

/// <summary>The Lua scripts of the protocol. The client sends each to a server once, and then its hash.</summary>
internal static class CacheScripts
{
    private static readonly string Entry = Read("entry");

    public static string Begin { get; } = Entry + Read("begin");

    public static string Put { get; } = Guarded(Entry + Read("put"));

    public static string Discard { get; } = Read("discard");

    public static string Drop { get; } = Read("drop");

    public static string Stamps { get; } = Read("stamps");

    public static string Renew { get; } = Read("renew");

    private static string Guarded(string put)
    {
        if (!Guards.Version)
        {
            put = put.Replace("if version >= current then return store() end", "do return store() end", StringComparison.Ordinal);
        }

        return Guards.Lease ? put : put.Replace("if not token then return 3 end", "do return store() end", StringComparison.Ordinal);
    }

    private static string Read(string name)
    {
        var resource = $"{typeof(CacheScripts).Namespace}.Scripts.{name}.lua";
        using var stream = typeof(CacheScripts).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
