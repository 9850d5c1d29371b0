namespace Mes.Api.Hosting;

/// <summary>One setting of the service. A row of the table in docs/settings.md says the same.</summary>
/// <param name="Key">As configuration has it, with colons.</param>
/// <param name="Form">What it may be.</param>
/// <param name="Default">
/// What it is when it is not set, as docs/settings.md shows it; empty where there is nothing.
/// </param>
/// <param name="Meaning">For docs/settings.md.</param>
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
