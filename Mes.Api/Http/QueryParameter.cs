namespace Mes.Api.Http;

/// <summary>A query parameter of an endpoint; any other is refused. The API's description is made from it.</summary>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>As JSON Schema names it.</summary>
    public string Type { get; init; } = "string";

    /// <summary>As JSON Schema names it; null for none.</summary>
    public string? Format { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>The value that is used when the parameter is absent.</summary>
    public string? Default { get; init; }

    /// <summary>The allowed values; null for any.</summary>
    public IReadOnlyCollection<string>? Values { get; init; }

    /// <summary>Whether it takes several of the values, separated by commas.</summary>
    public bool IsList { get; init; }

    public required string Example { get; init; }
}
