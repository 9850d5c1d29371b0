namespace Mes.Infrastructure.Redis;

/// <summary>Lua scripts that are embedded in the assembly, each in the folder <c>Scripts</c> of a namespace.</summary>
internal static class EmbeddedScript
{
    /// <param name="ns">The namespace that the folder belongs to.</param>
    /// <param name="name">The name of the file, without its extension.</param>
    public static string Read(string ns, string name)
    {
        var resource = $"{ns}.Scripts.{name}.lua";
        using var stream = typeof(EmbeddedScript).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
