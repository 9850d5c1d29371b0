using Mes.Domain.Callers;

namespace Mes.Api.Http;

internal static class HttpContextExtensions
{
    /// <summary>The caller; every endpoint with <see cref="RequiredRoles"/> has one.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint does not say who may call it.");
}
