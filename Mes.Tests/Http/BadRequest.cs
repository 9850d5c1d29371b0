using System.Text;

namespace Mes.Tests.Http;

/// <summary>A request that the service must refuse, and how.</summary>
/// <param name="Path">With <c>{id}</c> for an order that is in the status <see cref="Given"/>.</param>
/// <param name="Problem">The last segment of the problem's type.</param>
public sealed record BadRequest(string Name, string Method, string Path, int Status, string Problem)
{
    public string? Key { get; init; } = Support.MesHost.Alpha;

    public string Given { get; init; } = "SUBMITTED";

    /// <summary>Creates a new body each time the request is sent.</summary>
    internal Func<HttpContent>? Content { get; init; }

    internal (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>The key in <c>errors</c>: a JSON path, a parameter or a header.</summary>
    public string? Error { get; init; }

    internal static Func<HttpContent> Json(string text) => () =>
        new StringContent(text, Encoding.UTF8, "application/json");

    internal static Func<HttpContent> Bytes(byte[] bytes) => () =>
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        return content;
    };

    public override string ToString() => Name;
}
