using Mes.Infrastructure.Secrets;

namespace Mes.Api.Hosting;

/// <summary>The keys that encrypt what the database must not tell, from the environment or from a file.</summary>
internal static class SecretsKey
{
    private const string Allowed = "32 bytes in base64, or several of these, separated by commas";

    public static SettingForm Form { get; } =
        new(Allowed, value => IsBlank(value) || SecretKeys.Parse(value) is not null, IsSecret: true);

    public static SettingForm FileForm { get; } = new(
        $"the path of a file with {Allowed}", value => IsBlank(value) || (Read(value) is { } text && IsKeys(text)));

    public static SettingForm ProxyForm { get; } = new(
        "a URL such as http://proxy:3128",
        value => IsBlank(value)
            || (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"));

    /// <summary>In Development there is a key that everybody knows.</summary>
    /// <param name="configuration">Already checked.</param>
    public static SecretKeys Of(IConfiguration configuration, bool development)
    {
        var text = configuration[Settings.SecretsKey] is { } key && !IsBlank(key) ? key
            : configuration[Settings.SecretsKeyFile] is { } file && !IsBlank(file) ? Read(file)
            : null;
        return text is not null ? SecretKeys.Parse(text)!
            : development ? SecretKeys.ForDevelopment
            : SecretKeys.None;
    }

    private static bool IsKeys(string text) => SecretKeys.Parse(text) is not null;

    private static bool IsBlank(string value) => string.IsNullOrWhiteSpace(value);

    /// <returns>Null if the file cannot be read.</returns>
    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
