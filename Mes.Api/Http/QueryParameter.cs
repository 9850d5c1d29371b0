namespace Mes.Api.Http;

/// <summary>A query parameter that an endpoint knows; any other is refused. Also what the API's description says of it.</summary>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>As JSON Schema names it.</summary>
    public string Type { get; init; } = "string";

    /// <summary>As JSON Schema names it; null when there is none.</summary>
    public string? Format { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>What it is when it is not given.</summary>
    public string? Default { get; init; }

    /// <summary>The only values there are; null when there are others.</summary>
    public IReadOnlyCollection<string>? Values { get; init; }

    /// <summary>Several of the values, separated by commas.</summary>
    public bool IsList { get; init; }

    public required string Example { get; init; }
}
