using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Orders;

namespace Mes.Application.Behaviors;

/// <summary>
/// Checks the tags that queries and commands declare. A tag is a kind (<c>machines</c>), or a kind and a value
/// (<c>machine:7</c>), without white space, because an outbox row stores all its tags as one text. A query has at least
/// one tag. Each is of a kind that is renewed: one of <see cref="CacheTags"/>, or one that a command declares.
/// Otherwise the query's answer would never expire.
/// </summary>
internal static class TagRules
{
    private const int Longest = 200;

    /// <summary>Stands in for a text that is not known yet.</summary>
    private const string Example = "example";

    private static readonly string[] OfOrders = [CacheTags.Orders, "order", "seller", "status"];

    /// <summary>
    /// Checks all requests when the service starts, on an example of each. Where it cannot construct an example, or
    /// read its tags, the request is checked when it is sent.
    /// </summary>
    /// <exception cref="InvalidOperationException">Names the request, the tag, and what is wrong.</exception>
    public static void Require(IEnumerable<Type> requests)
    {
        var kinds = new HashSet<string>(OfOrders, StringComparer.Ordinal);
        var isEveryKindKnown = true;
        List<(Type Query, IReadOnlyCollection<string> Tags)> queries = [];
        foreach (
            var request in requests.Where(request => IsTaggedQuery(request) || request.IsAssignableTo(typeof(ITagged))))
        {
            if (!TryReadTags(request, out var tags))
            {
                isEveryKindKnown &= IsTaggedQuery(request);
            }
            else if (IsTaggedQuery(request))
            {
                RequireOfQuery(request, tags);
                queries.Add((request, tags));
            }
            else
            {
                Require(request, tags);
                kinds.UnionWith(tags.Select(KindOf));
            }
        }

        if (isEveryKindKnown && queries.SelectMany(query => query.Tags.Select(tag => (query.Query, Tag: tag)))
            .FirstOrDefault(tag => !kinds.Contains(KindOf(tag.Tag))) is { Query: not null } unknown)
        {
            throw new InvalidOperationException(
                $"{unknown.Query} declares the tag \"{unknown.Tag}\", which nothing renews, so that its answer would stay for ever: "
                + "use a tag of CacheTags, or let the command that changes the data implement ITagged "
                + $"with a tag of the kind \"{KindOf(unknown.Tag)}\".");
        }
    }

    /// <exception cref="InvalidOperationException">Names the query, the tag, and what is wrong.</exception>
    public static void RequireOfQuery(Type query, [NotNull] IReadOnlyCollection<string>? tags)
    {
        if (tags is not { Count: > 0 })
        {
            throw new InvalidOperationException(
                $"{query} declares no tags, so that its answer would stay for ever: "
                + "return at least one from Tags, such as CacheTags.Seller(…).");
        }

        Require(query, tags);
    }

    /// <exception cref="InvalidOperationException">Names the request, the tag, and what is wrong.</exception>
    public static void Require(Type request, [NotNull] IReadOnlyCollection<string>? tags)
    {
        if (tags is null)
        {
            throw new InvalidOperationException(
                $"{request} declares null as its tags: "
                + "return an empty list from Tags where no cached query depends on it.");
        }

        foreach (var tag in tags)
        {
            if (WhatIsWrongWith(tag) is { } wrong)
            {
                throw new InvalidOperationException(
                    $"{request} declares the tag \"{tag}\", which {wrong}: "
                    + "write a kind, or a kind, a colon and a value, such as machines or machine:7.");
            }
        }
    }

    private static bool IsTaggedQuery(Type request) =>
        request.GetInterfaces()
            .Any(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ITaggedQuery<>));

    /// <summary>The interface's property, so that an explicit implementation is found too.</summary>
    private static PropertyInfo TagsOf(Type request) => request.GetInterfaces()
        .First(contract => contract == typeof(ITagged)
            || (contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ITaggedQuery<>)))
        .GetProperty(nameof(ITagged.Tags))!;

    private static string? WhatIsWrongWith(string? tag)
    {
        if (string.IsNullOrEmpty(tag))
        {
            return "is empty";
        }

        if (tag.Length > Longest)
        {
            return $"is longer than {Longest} characters";
        }

        if (tag.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return "has white space in it";
        }

        var colon = tag.IndexOf(':', StringComparison.Ordinal);
        return colon == 0 ? "has no kind"
            : colon == tag.Length - 1 ? "has no value behind its colon"
            : WhatIsWrongWith(KindOf(tag), colon < 0 ? null : tag[(colon + 1)..]);
    }

    /// <summary>Every change of an order renews exactly these tags.</summary>
    private static string? WhatIsWrongWith(string kind, string? value) => kind switch
    {
        CacheTags.Orders when value is not null => "has a value (use CacheTags.Orders)",
        "order" or "seller" or "status" when value is null => "has no value, without which no change renews it",
        "order" when value != Example && !(Guid.TryParseExact(value, "D", out var id)
            && CacheTags.Order(id) == $"order:{value}") => "is no order's (use CacheTags.Order)",
        "status" when value != Example && !OrderStatuses.TryParse(value, out _) =>
            "is no status' (use CacheTags.Status)",
        _ => null,
    };

    private static string KindOf(string tag) => tag.Split(':', 2)[0];

    /// <returns>False where the tags depend on more than an example can provide.</returns>
    private static bool TryReadTags(Type request, out IReadOnlyCollection<string>? tags)
    {
        tags = null;
        if (ExampleOf(request, depth: 0) is not { } example)
        {
            return false;
        }

        try
        {
            tags = (IReadOnlyCollection<string>?)TagsOf(request).GetValue(example);
            return true;
        }
        catch (TargetInvocationException)
        {
            return false;
        }
    }

    /// <returns>Null when it cannot construct one.</returns>
    private static object? ExampleOf(Type type, int depth)
    {
        const int TooDeep = 5;
        if (depth > TooDeep)
        {
            return null;
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return ExampleOf(value, depth);
        }

        if (type == typeof(string))
        {
            return Example;
        }

        if (type == typeof(Guid))
        {
            return new Guid(1, 0, 0, new byte[8]);
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(0);
        }

        if (type.IsPrimitive)
        {
            return Activator.CreateInstance(type);
        }

        if (ElementOf(type) is { } element)
        {
            var some = Array.CreateInstance(element, 1);
            some.SetValue(ExampleOf(element, depth + 1), 0);
            return some;
        }

        return type.IsAbstract ? null : Construct(type, depth);
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type is { IsInterface: true, IsGenericType: true }
            && type.IsAssignableTo(typeof(IEnumerable))
            && type.GenericTypeArguments is [var element] ? element
        : null;

    private static object? Construct(Type type, int depth)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length)
            .FirstOrDefault();
        if (constructor is null)
        {
            // A ready-made instance in a static property.
            return Nothing(type)
                ?? type.GetProperties(BindingFlags.Public | BindingFlags.Static)
                    .FirstOrDefault(property => property.PropertyType == type)?.GetValue(null);
        }

        var parameters = constructor.GetParameters().Select(parameter => ExampleOf(parameter.ParameterType, depth + 1))
            .ToArray();
        try
        {
            return parameters.Contains(null) ? Nothing(type) : constructor.Invoke(parameters);
        }
        catch (Exception exception) when (
            exception is TargetInvocationException or ArgumentException or NotSupportedException)
        {
            return Nothing(type);
        }
    }

    /// <summary>Null for a reference type.</summary>
    private static object? Nothing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
