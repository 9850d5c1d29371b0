using Mes.Infrastructure.Secrets;

namespace Mes.Api.Hosting;

/// <summary>The keys that encrypt what the database must not tell.</summary>
internal static class SecretsKey
{
    public static SettingForm Form { get; } = new(
        "32 bytes in base64, or several of these, separated by commas",
        value => string.IsNullOrWhiteSpace(value) || SecretKeys.Parse(value) is not null,
        IsSecret: true);

    /// <summary>In Development there is a key that everybody knows.</summary>
    /// <param name="configuration">Already checked.</param>
    public static SecretKeys Of(IConfiguration configuration, bool development) =>
        configuration[Settings.SecretsKey] is { } key && !string.IsNullOrWhiteSpace(key) ? SecretKeys.Parse(key)!
        : development ? SecretKeys.ForDevelopment
        : SecretKeys.None;
}
