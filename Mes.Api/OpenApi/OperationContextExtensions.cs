using Microsoft.AspNetCore.OpenApi;

namespace Mes.Api.OpenApi;

internal static class OperationContextExtensions
{
    /// <summary>The endpoint's last metadata of this type, or null.</summary>
    public static T? Metadata<T>(this OpenApiOperationTransformerContext context)
        where T : class =>
        context.Description.ActionDescriptor.EndpointMetadata.OfType<T>().LastOrDefault();

    /// <summary>All of the endpoint's metadata of this type.</summary>
    public static IEnumerable<T> AllMetadata<T>(this OpenApiOperationTransformerContext context)
        where T : class =>
        context.Description.ActionDescriptor.EndpointMetadata.OfType<T>();
}
