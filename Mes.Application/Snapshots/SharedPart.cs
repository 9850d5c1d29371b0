using System.Text.Json;
using Mes.Application.Json;

namespace Mes.Application.Snapshots;

/// <summary>
/// What an answer says of its orders alone: the same for every caller that may see them. It is made once for each
/// <see cref="SelectedOrders"/>, with its JSON, and all requests that get these orders share both. Immutable.
/// </summary>
internal sealed class SharedPart<T>(T content)
    where T : class
{
    public T Content { get; } = content;

    /// <summary>The content as a JSON object in UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; } = JsonSerializer.SerializeToUtf8Bytes(content, MesJson.Options);
}
