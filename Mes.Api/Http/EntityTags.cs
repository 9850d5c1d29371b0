using System.Globalization;
using Mes.Application.Messaging;
using Mes.Application.Validation;
using Mes.Domain.Results;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mes.Api.Http;

/// <summary>
/// Versions as entity tags (RFC 9110, sections 8.8.3 and 13.1): strong, the version's digits in quotes.
/// </summary>
internal static class EntityTags
{
    /// <summary>Few orders ever have more versions.</summary>
    private static readonly string[] OfFirstVersions = [.. Enumerable.Range(0, 64).Select(Make)];

    public static string Of(int version) =>
        (uint)version < (uint)OfFirstVersions.Length ? OfFirstVersions[version] : Make(version);

    /// <summary>Strong comparison; a tag that the service did not issue matches no version.</summary>
    public static Result<EntityTagCondition> IfMatch(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (StringValues.IsNullOrEmpty(header))
        {
            return EntityTagCondition.None;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags) || tags.Count == 0)
        {
            return ValidationError.Of("If-Match", "must be *, or one or more entity tags such as \"3\"");
        }

        return tags.Contains(EntityTagHeaderValue.Any)
            ? EntityTagCondition.None
            : EntityTagCondition.OneOf(
                [.. tags.Where(tag => !tag.IsWeak).Select(tag => Version(tag.Tag)).OfType<int>()]);
    }

    /// <summary>Weak comparison; a malformed header is ignored.</summary>
    public static bool IsNoneMatch(HttpRequest request, int version)
    {
        var header = request.Headers.IfNoneMatch;
        return !StringValues.IsNullOrEmpty(header)
            && (string.Equals(header, Of(version), StringComparison.Ordinal) || IsNoneMatch(header, version));
    }

    private static bool IsNoneMatch(StringValues header, int version) =>
        EntityTagHeaderValue.TryParseStrictList(header, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || Version(tag.Tag) == version);

    private static string Make(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static int? Version(StringSegment tag) =>
        int.TryParse(tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && tag.Equals(Of(version), StringComparison.Ordinal)
            ? version
            : null;
}
