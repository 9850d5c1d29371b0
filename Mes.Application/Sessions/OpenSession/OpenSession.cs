using Mes.Application.Messaging;

namespace Mes.Application.Sessions.OpenSession;

/// <summary>
/// Signs a browser in. Where the key has as many sessions as it may have, the oldest one ends.
/// </summary>
/// <param name="KeyId">A key that is good.</param>
/// <param name="IsDisplay">Whether the session may read only.</param>
/// <param name="Lifetime">How long the session is valid, at least a second.</param>
public sealed record OpenSession(string KeyId, bool IsDisplay, TimeSpan Lifetime) : ICommand<string>
{
    public IReadOnlyCollection<string> Tags => [];
}
