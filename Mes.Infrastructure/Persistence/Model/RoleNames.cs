using Mes.Domain.Callers;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>The roles as the database has them.</summary>
internal static class RoleNames
{
    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    public static Role Parse(string name) => Enum.Parse<Role>(name, ignoreCase: true);
}
