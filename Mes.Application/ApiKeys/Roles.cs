using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>Roles as callers write them.</summary>
public static class Roles
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<Role>().Select(NameOf)];

    public static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    /// <returns>Null when the text names no role.</returns>
    public static Role? Find(string? name) =>
        Enum.GetValues<Role>().Where(role => NameOf(role) == name).Select(role => (Role?)role).FirstOrDefault();
}
