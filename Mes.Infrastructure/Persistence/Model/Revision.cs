namespace Mes.Infrastructure.Persistence.Model;

/// <summary>Raised by a trigger with every change of a table that instances keep a copy of.</summary>
internal sealed class Revision
{
    public const string ApiKeys = "api-keys";

    public required string Name { get; init; }

    public long Value { get; init; }
}
