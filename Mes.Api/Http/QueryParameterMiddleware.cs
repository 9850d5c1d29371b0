using System.Text;
using Mes.Application.Validation;

namespace Mes.Api.Http;

/// <summary>Refuses query parameters that are unknown to the endpoint, repeated, or not UTF-8.</summary>
internal sealed class QueryParameterMiddleware(RequestDelegate next)
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.QueryString.HasValue
            && http.GetEndpoint()?.Metadata is { } metadata
            && (metadata.GetMetadata<RequiredRoles>() ?? (object?)metadata.GetMetadata<EndpointProblems>()) is not null)
        {
            var errors = Check(http.Request, metadata.GetOrderedMetadata<QueryParameter>());
            if (errors.Count > 0)
            {
                return new ProblemResult(new ValidationError(errors)).ExecuteAsync(http);
            }
        }

        return next(http);
    }

    private static Dictionary<string, string[]> Check(HttpRequest request, IReadOnlyList<QueryParameter> known)
    {
        var errors = new Dictionary<string, string[]>();
        if (!IsUtf8(request.QueryString.Value!))
        {
            errors["query"] = ["is not valid UTF-8"];
            return errors;
        }

        foreach (var (name, values) in request.Query)
        {
            if (!known.Any(parameter => parameter.Name == name))
            {
                errors[name] = ["is not a query parameter of this resource"];
            }
            else if (values.Count > 1)
            {
                errors[name] = ["is given more than once"];
            }
        }

        return errors;
    }

    /// <summary>The framework would replace invalid UTF-8 silently.</summary>
    private static bool IsUtf8(string query)
    {
        var bytes = query.Length <= 1024 ? stackalloc byte[query.Length * 3] : new byte[query.Length * 3];
        var length = 0;
        for (var i = 0; i < query.Length; i++)
        {
            if (query[i] == '%'
                && i + 2 < query.Length
                && char.IsAsciiHexDigit(query[i + 1])
                && char.IsAsciiHexDigit(query[i + 2]))
            {
                bytes[length++] = Convert.ToByte(query.Substring(i + 1, 2), 16);
                i += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(query.AsSpan(i, 1), bytes[length..]);
            }
        }

        try
        {
            StrictUtf8.GetCharCount(bytes[..length]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
