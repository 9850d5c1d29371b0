using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>Stores a role by its name.</summary>
internal sealed class RoleConverter() : ValueConverter<Role, string>(role => Roles.NameOf(role), name => Parse(name))
{
    /// <summary>All roles as a list of SQL literals.</summary>
    public static string Sql => string.Join(", ", Enum.GetValues<Role>().Select(role => $"'{Roles.NameOf(role)}'"));

    public static Role Parse(string name) => Enum.Parse<Role>(name, ignoreCase: true);
}
