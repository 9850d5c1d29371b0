using System.Text.Json;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// What has been measured, part by part. A run replaces the parts that it measured, so that one part can be measured
/// again.
/// </summary>
internal sealed class PeersResults
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>The machine and the versions of the last run, one a line.</summary>
    public IReadOnlyList<string> Machine { get; set; } = [];

    /// <summary>By the name of the part.</summary>
    public Dictionary<string, PartResult> Parts { get; init; } = [];

    public static async Task<PeersResults> LoadAsync(string documents) => File.Exists(FileIn(documents))
        ? JsonSerializer.Deserialize<PeersResults>(await File.ReadAllTextAsync(FileIn(documents)))!
        : new PeersResults();

    public async Task SaveAsync(string documents)
    {
        var file = FileIn(documents);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(this, Options) + "\n");
    }

    private static string FileIn(string documents) => Path.Combine(documents, "benchmarks", "peers.json");
}
