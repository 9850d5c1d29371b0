using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>A key that was just issued.</summary>
/// <param name="Text">The key as its holder needs it; it is shown once.</param>
/// <param name="Stored">What the database keeps of it.</param>
public sealed record IssuedApiKey(ApiKeyText Text, ApiKey Stored);
