using System.Net.Http.Headers;
using System.Text;

namespace Mes.Tests.OpenApi;

/// <summary>A request that was generated from the API's description.</summary>
/// <param name="Path">With the query.</param>
internal sealed record RandomRequest(
    DescribedOperation Operation, string Path, string? Key, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Null for a request without one.</summary>
    public byte[]? Body { get; init; }

    public string? MediaType { get; init; }

    public HttpContent? Content()
    {
        if (Body is null)
        {
            return null;
        }

        var content = new ByteArrayContent(Body);
        if (MediaType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }

        return content;
    }

    public void AddHeaders(HttpRequestHeaders headers)
    {
        foreach (var (name, value) in Headers)
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }

    public override string ToString() =>
        $"{Operation.Method} {Path} as {Key ?? "nobody"} {string.Join(' ', Headers)} {MediaType} "
        + (Body is null ? "" : Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 500))));
}
