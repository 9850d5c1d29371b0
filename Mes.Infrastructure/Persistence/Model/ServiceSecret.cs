using Mes.Infrastructure.Paging;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A secret that all instances share; made by the first migration.</summary>
internal sealed class ServiceSecret
{
    /// <summary>Signs the cursors of lists.</summary>
    public const string CursorKey = "cursor-key";

    public required string Name { get; init; }

    public required byte[] Value { get; init; }
}
