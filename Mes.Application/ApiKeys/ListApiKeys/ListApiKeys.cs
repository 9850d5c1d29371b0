using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.ListApiKeys;

/// <summary>The API keys, newest first; for a seller its own.</summary>
/// <param name="Role">Only keys of this role; null for all.</param>
/// <param name="SellerId">Only keys of this seller; null for all. A seller may name itself.</param>
public sealed record ListApiKeys(Caller Caller, Role? Role, string? SellerId, int Limit, string? Cursor)
    : IQuery<ApiKeyPage>
{
    /// <summary>Whose keys are listed; null for all sellers'.</summary>
    internal string? ListedSellerId => Caller.Role == Domain.Callers.Role.Seller ? Caller.Id : SellerId;

    /// <summary>What a cursor of this list is bound to.</summary>
    internal string CursorScope => $"keys\n{Caller}\n{Role}\n{ListedSellerId}";
}
