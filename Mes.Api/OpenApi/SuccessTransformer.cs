using System.Globalization;
using Mes.Api.Http;
using Mes.Api.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>
/// Adds headers, descriptions and examples to the successful responses that endpoints declare (<c>Produces</c>).
/// </summary>
internal sealed class SuccessTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var status = context.Metadata<ChangeMetadata>()?.Transition.To;
        foreach (var response in context.Description.SupportedResponseTypes)
        {
            if (operation.Responses?.GetValueOrDefault(
                response.StatusCode.ToString(CultureInfo.InvariantCulture)) is not OpenApiResponse described)
            {
                continue;
            }

            described.Description = Describe(response.StatusCode, isChange: status is not null);
            if (context.Metadata<RequiredRoles>() is not null)
            {
                described.Headers = Headers(context);
            }

            foreach (var media in described.Content?.Values ?? [])
            {
                media.Example = context.Metadata<ResponseExampleMetadata>() is { } own
                    ? Examples.Write(own.Value)
                    : Examples.Of(response.Type!, status, $"{context.Description.RelativePath} {response.StatusCode}");
            }
        }

        return Task.CompletedTask;
    }

    private static Dictionary<string, IOpenApiHeader> Headers(OpenApiOperationTransformerContext context)
    {
        var headers = context.AllMetadata<ResponseHeaderMetadata>()
            .SelectMany(metadata => metadata.Names)
            .Concat(ResponseHeaders.OfLimitedCaller)
            .ToDictionary(name => name, name => ResponseHeaders.Reference(context.Document!, name));
        headers[HeaderNames.CacheControl] = context.Metadata<NotStored>() is null
            ? ResponseHeaders.Reference(context.Document!, HeaderNames.CacheControl)
            : ResponseHeaders.NotToBeKept;
        return headers;
    }

    private static string Describe(int status, bool isChange) => status switch
    {
        StatusCodes.Status200OK => isChange ? "Done. The whole order after the change." : "The current state.",
        StatusCodes.Status201Created => "Created. `Location` has its address.",
        StatusCodes.Status202Accepted => "It is on its way; the log of deliveries tells what becomes of it.",
        StatusCodes.Status204NoContent => "Done.",
        StatusCodes.Status304NotModified => "The caller has this version already.",
        StatusCodes.Status503ServiceUnavailable =>
            "The service is starting and waits for something, or it is stopping.",
        _ => throw new NotSupportedException($"Describe the response {status} here."),
    };
}
