using Mes.Domain.Callers;

namespace Mes.Api.Http;

/// <summary>Who may call an endpoint at all.</summary>
internal sealed record RequiredRoles(IReadOnlyList<Role> Roles);
