using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Who may call, and what a change does: from the endpoint's own metadata.</summary>
internal sealed class RoleTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Metadata<ChangeMetadata>() is { } change)
        {
            operation.Description = Describe(change.Transition);
        }

        if (context.Metadata<RequiredRoles>() is { } required)
        {
            var names = required.Roles.Select(Name).ToArray();
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security.SchemeName, context.Document)] = [] }];
            operation.AddExtension("x-roles", new JsonNodeExtension(new JsonArray([.. names.Select(name => JsonValue.Create(name))])));
            operation.Description = $"{operation.Description}\n\nFor the roles: {string.Join(", ", names)}.".TrimStart();
        }
        else
        {
            // None, and not merely nothing said.
            operation.Security = [];
        }

        return Task.CompletedTask;
    }

    private static string Describe(OrderTransition transition)
    {
        var from = string.Join(", ", transition.From.Select(status => $"`{status.Name()}`"));
        var description = $"From {from} to `{transition.To.Name()}`. The answer is the whole order, as it is now.";
        if (transition.OnlyClaimant)
        {
            description += " An operator must be the one who claimed the order.";
        }

        if (transition.Roles.Contains(Role.Seller))
        {
            description += " A seller can only do this to its own orders.";
        }

        return transition == OrderTransition.Claim
            ? description + " The winner repeating the claim gets the same answer and changes nothing."
            : description;
    }

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
