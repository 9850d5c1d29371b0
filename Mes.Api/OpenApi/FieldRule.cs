namespace Mes.Api.OpenApi;

/// <summary>The bounds of a field wherever it stands.</summary>
internal sealed record FieldRule
{
    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public string? Pattern { get; init; }

    /// <summary>May be absent from a body, or null in it.</summary>
    public bool IsOptional { get; init; }
}
