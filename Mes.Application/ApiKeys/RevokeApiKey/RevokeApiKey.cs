using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.RevokeApiKey;

/// <summary>Revokes a key, on every instance within a second. Revoking it again changes nothing.</summary>
/// <param name="Caller">An administrator, or the seller whose key it is; null for the console.</param>
/// <param name="WithSuccessors">Whether the keys that it was rotated into are revoked as well.</param>
public sealed record RevokeApiKey(string? KeyId, Caller? Caller = null, bool WithSuccessors = false) : ICommand<Caller>
{
    public IReadOnlyCollection<string> Tags => [];
}
