namespace Mes.Api.Hosting;

/// <summary>One setting of the service. A row of the README's table says the same.</summary>
/// <param name="Key">As in the configuration, with colons.</param>
/// <param name="Form">What values are allowed.</param>
/// <param name="Default">The default, as the README shows it; empty where there is none.</param>
/// <param name="Meaning">For the README.</param>
internal sealed record Setting(string Key, SettingForm Form, string Default, string Meaning)
{
    /// <summary>
    /// What is wrong with the value, as one line with the key, the value and what is allowed; null when the value is
    /// valid.
    /// </summary>
    public string? Objection(string value) => Form.Accepts(value)
        ? null
        : Form.Explain?.Invoke(value) is { } reason ? $"{Key} is not understood: {reason}. It must be {Form.Allowed}."
        : $"{Key} is {(Form.IsSecret ? "set to something else" : $"'{OneLine(value)}'")}: it must be {Form.Allowed}.";

    private static string OneLine(string value) => value.ReplaceLineEndings(" ");
}
