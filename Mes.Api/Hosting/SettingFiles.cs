namespace Mes.Api.Hosting;

/// <summary>
/// Reads secret settings from files, which is how Docker and Kubernetes hand secrets over: a setting of the same name
/// with <c>_FILE</c> behind it names the file.
/// </summary>
internal static class SettingFiles
{
    private const string Suffix = "_FILE";

    /// <summary>The settings that name a file.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Settings.All.Where(setting => setting.Form.IsSecret).Select(setting => setting.Key + Suffix)];

    /// <summary>Adds the contents of the files to the configuration.</summary>
    /// <exception cref="StartupException">
    /// A file cannot be read, or a setting is set in both ways; the message has one line for each.
    /// </exception>
    public static void Load(IConfigurationManager configuration)
    {
        Dictionary<string, string?> read = [];
        List<string> errors = [];
        foreach (var file in All)
        {
            if (configuration[file] is not { Length: > 0 } path)
            {
                continue;
            }

            var key = file[..^Suffix.Length];
            if (!string.IsNullOrEmpty(configuration[key]))
            {
                errors.Add($"{key} and {file} are both set: only one may be.");
                continue;
            }

            try
            {
                read[key] = File.ReadAllText(path).TrimEnd('\r', '\n');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
                or ArgumentException or NotSupportedException)
            {
                errors.Add($"{file} is '{path}', which cannot be read: {StartupFailure.Reason(exception)}");
            }
        }

        if (errors.Count > 0)
        {
            throw new StartupException(string.Join(Environment.NewLine, errors));
        }

        configuration.AddInMemoryCollection(read);
    }
}
