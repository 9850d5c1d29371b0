using Mes.Domain.Callers;

namespace Mes.Application.Sessions;

/// <summary>A session that is good now.</summary>
/// <param name="Caller">The holder of the session's key.</param>
/// <param name="KeyId">The session's key.</param>
/// <param name="IsDisplay">Whether the session may read only.</param>
/// <param name="Rest">How long session and key are both still good.</param>
public sealed record LiveSession(Caller Caller, string KeyId, bool IsDisplay, TimeSpan Rest);
