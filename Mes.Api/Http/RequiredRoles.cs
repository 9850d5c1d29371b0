using Mes.Domain.Callers;

namespace Mes.Api.Http;

/// <summary>The roles that may call an endpoint.</summary>
internal sealed record RequiredRoles(IReadOnlyList<Role> Roles);
