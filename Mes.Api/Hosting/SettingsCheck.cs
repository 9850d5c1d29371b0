namespace Mes.Api.Hosting;

/// <summary>Checks the whole configuration before anything starts.</summary>
internal static class SettingsCheck
{
    /// <summary>A word further off than this is another word.</summary>
    private const int MaxTypos = 3;

    private static readonly string[] Sections = ["Mes", "ConnectionStrings"];

    /// <exception cref="StartupException">Settings are invalid; the message has one line for each.</exception>
    public static void Pass(IConfiguration configuration, bool development)
    {
        string[] errors = [.. Errors(configuration, development)];
        if (errors.Length > 0)
        {
            throw new StartupException(string.Join(Environment.NewLine, errors));
        }
    }

    /// <summary>Unknown settings in the service's sections, one line each, without their values.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration) =>
        from section in Sections
        from entry in configuration.GetSection(section).AsEnumerable()
        where entry.Value is not null && !Settings.All.Any(setting => IsSame(setting.Key, entry.Key))
        orderby entry.Key
        select $"{entry.Key} is not a setting of this service and is ignored"
            + (Nearest(entry.Key) is { } meant ? $"; perhaps {meant} is meant." : ".");

    private static IEnumerable<string> Errors(IConfiguration configuration, bool development)
    {
        string[] own = [.. Settings.All
            .Select(setting => configuration[setting.Key] is { } value ? setting.Objection(value) : null)
            .Concat(HostSettings.Errors(configuration))
            .OfType<string>()];
        return own.Length > 0 && own.Any(error => error.StartsWith(Settings.AllowEmbedded, StringComparison.Ordinal)
            || error.StartsWith(Settings.CacheEnabled, StringComparison.Ordinal))
            ? own // Which other settings are required depends on these.
            : own.Concat(Engines.Missing(configuration, development))
                .Concat(own.Length == 0 ? Ageing.Errors(configuration) : []);
    }

    private static string? Nearest(string key)
    {
        var last = key.Split(':')[^1];
        return Settings.All
            .Select(setting => (setting.Key, Typos: IsSame(setting.Key.Split(':')[^1], last)
                ? 0
                : Typos(setting.Key.ToUpperInvariant(), key.ToUpperInvariant())))
            .Where(candidate => candidate.Typos <= MaxTypos)
            .OrderBy(candidate => candidate.Typos)
            .Select(candidate => candidate.Key)
            .FirstOrDefault();
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The Levenshtein distance.</summary>
    private static int Typos(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
