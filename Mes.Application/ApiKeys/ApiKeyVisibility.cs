using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

internal static class ApiKeyVisibility
{
    /// <summary>Whether the caller may know of this key: an administrator of all, a seller of its own.</summary>
    /// <param name="caller">Null for the console, which may do everything.</param>
    public static bool IsVisibleTo(this ApiKey key, Caller? caller) =>
        caller is null || ApiKeyDocument.From(key, lastUsedAt: null).IsVisibleTo(caller);
}
