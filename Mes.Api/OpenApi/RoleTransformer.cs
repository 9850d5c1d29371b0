using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders;
using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Describes who may call an operation and what a change does, from the endpoint's metadata.</summary>
internal sealed class RoleTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Metadata<ChangeMetadata>() is { } change)
        {
            operation.Description = Describe(change.Transition);
        }

        if (context.Metadata<RequiredRoles>() is { } required)
        {
            var names = required.Roles.Select(Roles.NameOf).ToArray();
            var scheme = new OpenApiSecuritySchemeReference(Security.SchemeName, context.Document);
            operation.Security = [new OpenApiSecurityRequirement { [scheme] = [] }];
            operation.AddExtension(
                "x-roles", new JsonNodeExtension(new JsonArray([.. names.Select(name => JsonValue.Create(name))])));
            operation.Description =
                $"{operation.Description}\n\nFor the roles: {string.Join(", ", names)}.".TrimStart();
        }
        else
        {
            // Explicitly none.
            operation.Security = [];
        }

        return Task.CompletedTask;
    }

    private static string Describe(OrderTransition transition)
    {
        var from = string.Join(", ", transition.From.Select(status => $"`{status.Name()}`"));
        var description = $"From {from} to `{transition.To.Name()}`. The answer is the whole order after the change.";
        if (transition.OnlyClaimant)
        {
            description += " An operator must be the one who claimed the order.";
        }

        if (transition.Roles.Contains(Role.Seller))
        {
            description += " A seller can only do this to its own orders.";
        }

        return transition == OrderTransition.Claim
            ? description + " When the winner repeats the claim, the answer is the same and nothing changes."
            : description;
    }
}
