using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Validation;
using Mes.Domain.Results;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Mes.Api.Http;

/// <summary>
/// A request's body, read strictly: JSON in UTF-8, at most 256 KiB, no unknown or repeated property. An invalid body is
/// a failure that says where, never an exception.
/// </summary>
internal sealed class JsonBody<T> : IEndpointParameterMetadataProvider
    where T : class
{
    /// <summary>A <see cref="decimal"/> always holds this many digits, and this many decimals.</summary>
    private const int ExactDigits = 28;

    private static readonly JsonReaderOptions StrictReader =
        new() { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 16 };

    /// <summary>What no body means; null where one is required.</summary>
    private static readonly T? Absent =
        typeof(T).IsAssignableTo(typeof(IOptionalBody)) ? Activator.CreateInstance<T>() : null;

    private readonly ReadOnlyMemory<byte> _bytes;

    private JsonBody(Result<T> content, ReadOnlyMemory<byte> bytes = default) => (Content, _bytes) = (content, bytes);

    public Result<T> Content { get; }

    /// <summary>SHA-256 of the body's bytes.</summary>
    public byte[] Hash() => SHA256.HashData(_bytes.Span);

    /// <summary>Called by the framework.</summary>
    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext http, ParameterInfo parameter) =>
        await ReadAsync(http);

    /// <summary>Called by the framework.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyMetadata(typeof(T), IsRequired: Absent is null));

    private static async Task<JsonBody<T>> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.Headers.ContentEncoding.Any(
            coding => !string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            return new(Encoded);
        }

        if (request.ContentLength > RequestLimits.BodyBytes)
        {
            return new(TooLarge);
        }

        var buffer = new byte[Math.Min(request.ContentLength ?? 4096, RequestLimits.BodyBytes) + 1];
        var length = 0;
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted);
            length += read;
            if (read == 0)
            {
                break;
            }

            if (length > RequestLimits.BodyBytes)
            {
                return new(TooLarge);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, RequestLimits.BodyBytes + 1));
            }
        }

        if (length == 0)
        {
            return new(Absent is { } absent ? absent : ValidationError.Of("$", "a JSON object is required"));
        }

        var bytes = buffer.AsMemory(0, length);
        return new(IsJson(request) ? Parse(bytes.Span) : Unsupported, bytes);
    }

    private static Result<T> Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, StrictReader);
            var value = JsonSerializer.Deserialize<T>(ref reader, MesJson.Options);
            if (value is null || reader.Read())
            {
                return ValidationError.Of("$", "must be one JSON object");
            }

            return RoundedNumber(json) is { } name
                ? ValidationError.Of($"$.{name}", "has too many digits")
                : value;
        }
        catch (JsonException exception)
        {
            // The exception's message names internal types; the caller needs only the position.
            var path = string.IsNullOrEmpty(exception.Path) ? "$" : exception.Path;
            var where = exception.BytePositionInLine is { } position
                ? $" (line {exception.LineNumber + 1}, byte {position + 1})"
                : string.Empty;
            return ValidationError.Of(path, "is unknown, repeated, of the wrong type or malformed JSON" + where);
        }
        catch (InvalidOperationException)
        {
            // A string contains bytes that are not UTF-8, or half of a surrogate pair.
            return ValidationError.Of("$", "is not valid UTF-8");
        }
    }

    /// <summary>
    /// The name of a number that has more digits than its type holds, so that reading has rounded it.
    /// </summary>
    private static string? RoundedNumber(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, StrictReader);
        var name = string.Empty;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString();
            }
            else if (reader.TokenType == JsonTokenType.Number && ExactNumber.Read(ref reader) is var number
                && (number.Digits > ExactDigits || number.Exponent < -ExactDigits))
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (typeof(T).IsAssignableTo(typeof(IMergePatch))
                && type.MediaType.Equals(IMergePatch.MediaType, StringComparison.OrdinalIgnoreCase)))
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Error TooLarge =>
        new(ProblemCatalog.PayloadTooLarge, $"A body may have at most {RequestLimits.BodyBytes} bytes.");

    private static Error Encoded =>
        new(ProblemCatalog.UnsupportedMediaType, "Send the body without a Content-Encoding.");

    private static Error Unsupported =>
        new(ProblemCatalog.UnsupportedMediaType, "Send the body as application/json in UTF-8.");
}
