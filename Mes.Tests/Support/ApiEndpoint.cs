using Mes.Api.Http;

namespace Mes.Tests.Support;

/// <summary>An endpoint of the API.</summary>
/// <param name="Path">Behind <c>/api/v1/</c>.</param>
/// <param name="Roles">Who may call it; the first of them does where it does not matter who.</param>
internal sealed record ApiEndpoint(string Method, string Path, string[] Roles)
{
    /// <summary>
    /// What it takes as a body; null where it takes none. Of what the service maps, not of the table.
    /// </summary>
    public Type? Body { get; init; }

    /// <summary>The query parameters that it knows; of what the service maps, not of the table.</summary>
    public IReadOnlyList<QueryParameter> Parameters { get; init; } = [];

    /// <summary>The last segment of the path.</summary>
    public string Action => Path.Split('/')[^1];

    /// <summary>It makes a step of <see cref="Lifecycle"/>.</summary>
    public bool IsChange => Method == "POST" && Path.StartsWith("orders/{id}/", StringComparison.Ordinal);

    public string Key => KeyOf(Roles[0]);

    public static string KeyOf(string role) => role switch
    {
        "seller" => MesHost.Alpha,
        "operator" => MesHost.Anna,
        "service" => MesHost.Crm,
        _ => MesHost.Admin,
    };

    /// <summary>The path of one order, and of one column.</summary>
    public string At(Guid orderId) => At(orderId.ToString());

    /// <inheritdoc cref="At(Guid)"/>
    public string At(string orderId) => Fill(Path, orderId);

    /// <summary>Puts something into the parameters of a path.</summary>
    public static string Fill(string path, string orderId)
    {
        path = path.Replace("{id}", orderId, StringComparison.Ordinal)
            .Replace("{status}", "SUBMITTED", StringComparison.Ordinal);
        return path.Contains('{')
            ? throw new NotSupportedException($"Say in ApiEndpoint.Fill (Mes.Tests/Support) what to put into {path}.")
            : path;
    }

    public override string ToString() => $"{Method} {Path}";
}
