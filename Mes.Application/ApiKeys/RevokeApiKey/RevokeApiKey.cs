using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.RevokeApiKey;

/// <summary>Revokes a key, on every instance within a second. Revoking it again changes nothing.</summary>
public sealed record RevokeApiKey(string? KeyId) : ICommand<Caller>
{
    public IReadOnlyCollection<string> Tags => [];
}
