using System.Globalization;
using Mes.Api.Http;
using Mes.Api.Orders;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Lists exactly the problems that an operation can return.</summary>
internal sealed class ProblemResponseTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        foreach (var status in Names(context).Select(ProblemCatalog.Of).Distinct().GroupBy(kind => kind.Status)
            .OrderBy(group => group.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] =
                ProblemResponses.Response(context.Document!, [.. status.Select(kind => kind.Name)]);
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<string> Names(OpenApiOperationTransformerContext context)
    {
        if (context.Metadata<RequiredRoles>() is not null)
        {
            yield return ProblemCatalog.ValidationError;
            yield return ProblemCatalog.Unauthenticated;
            yield return ProblemCatalog.Forbidden;
            yield return ProblemCatalog.RateLimited;
            yield return ProblemCatalog.InternalError;
            yield return ProblemCatalog.DependencyUnavailable;
        }

        if (context.Description.RelativePath!.Contains('{'))
        {
            yield return ProblemCatalog.NotFound;
        }

        if (context.Metadata<BodyMetadata>() is not null)
        {
            yield return ProblemCatalog.RequestTimeout;
            yield return ProblemCatalog.PayloadTooLarge;
            yield return ProblemCatalog.UnsupportedMediaType;
        }

        if (context.Metadata<ChangeMetadata>() is { Transition: var transition })
        {
            yield return "invalid-transition";
            yield return "concurrent-change";
            yield return "precondition-failed";
            if (transition.OnlyClaimant || transition == OrderTransition.Claim)
            {
                yield return "already-claimed";
            }
        }

        foreach (var name in context.AllMetadata<EndpointProblems>().SelectMany(metadata => metadata.Names))
        {
            yield return name;
        }
    }
}
