namespace Mes.Api.OpenApi;

/// <summary>The bounds of a field, in every schema that has it.</summary>
internal sealed record FieldRule
{
    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public string? Pattern { get; init; }

    /// <summary>Whether it may be absent from a body, or null.</summary>
    public bool IsOptional { get; init; }
}
