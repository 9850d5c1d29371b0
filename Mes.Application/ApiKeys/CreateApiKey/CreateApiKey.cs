using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.CreateApiKey;

/// <summary>Issues a key.</summary>
/// <param name="CallerId">The seller's, operator's, service's or administrator's id.</param>
/// <param name="Live">False for a key of a test installation.</param>
public sealed record CreateApiKey(Role Role, string? CallerId, bool Live) : ICommand<ApiKeyText>
{
    public IReadOnlyCollection<string> Tags => [];
}
