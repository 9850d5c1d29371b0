namespace Mes.Infrastructure.Redis;

/// <summary>Lua scripts that are embedded in the assembly, in a folder <c>Scripts</c> of a room.</summary>
internal static class EmbeddedScript
{
    /// <param name="room">The namespace that the folder belongs to.</param>
    /// <param name="name">Of the file, without its extension.</param>
    public static string Read(string room, string name)
    {
        var resource = $"{room}.Scripts.{name}.lua";
        using var stream = typeof(EmbeddedScript).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
