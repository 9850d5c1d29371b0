using Mes.Api.Http;

namespace Mes.Tests.Support;

/// <summary>An endpoint of the API.</summary>
/// <param name="Path">Relative to <c>/api/v1/</c>.</param>
/// <param name="Roles">The roles that may call it. Where the role does not matter, tests use the first.</param>
internal sealed record ApiEndpoint(string Method, string Path, string[] Roles)
{
    /// <summary>
    /// The type of its body; null if it takes none. Known for endpoints from the service, not for those from the table.
    /// </summary>
    public Type? Body { get; init; }

    /// <summary>Its query parameters. Known for endpoints from the service, not for those from the table.</summary>
    public IReadOnlyList<QueryParameter> Parameters { get; init; } = [];

    /// <summary>The last segment of the path.</summary>
    public string Action => Path.Split('/')[^1];

    /// <summary>Whether it makes a step of <see cref="Lifecycle"/>.</summary>
    public bool IsChange => Method == "POST" && Path.StartsWith("orders/{id}/", StringComparison.Ordinal);

    public string Key => KeyOf(Roles[0]);

    public static string KeyOf(string role) => role switch
    {
        "seller" => MesHost.Alpha,
        "operator" => MesHost.Anna,
        "service" => MesHost.Crm,
        _ => MesHost.Admin,
    };

    /// <summary>The path with the parameters filled in.</summary>
    public string At(Guid orderId) => At(orderId.ToString());

    /// <inheritdoc cref="At(Guid)"/>
    public string At(string orderId) => Fill(Path, orderId);

    /// <summary>Fills in the parameters of a path.</summary>
    public static string Fill(string path, string orderId)
    {
        path = path.Replace("{id}", orderId, StringComparison.Ordinal)
            .Replace("{keyId}", orderId, StringComparison.Ordinal)
            .Replace("{webhookId}", orderId, StringComparison.Ordinal)
            .Replace("{eventId}", orderId, StringComparison.Ordinal)
            .Replace("{status}", "SUBMITTED", StringComparison.Ordinal);
        return path.Contains('{')
            ? throw new NotSupportedException($"Say in ApiEndpoint.Fill (Mes.Tests/Support) what to put into {path}.")
            : path;
    }

    public override string ToString() => $"{Method} {Path}";
}
