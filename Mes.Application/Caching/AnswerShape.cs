using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mes.Application.Caching;

/// <summary>
/// A fingerprint of a type's JSON: the name, type, nullability and order of each property, recursively; the names of an
/// enum; the converters. The key of a stored answer contains it. So an answer that another version of the service
/// stored with other fields is a miss, and not an answer that lacks a field (bug class 43).
/// </summary>
internal static class AnswerShape
{
    private const int Bytes = 8;

    /// <returns>Sixteen hexadecimal digits; the same in every process with the same types.</returns>
    public static string Of(Type type, JsonSerializerOptions options) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Describe(type, options))).AsSpan(0, Bytes));

    /// <summary>The text that is fingerprinted.</summary>
    internal static string Describe(Type type, JsonSerializerOptions options)
    {
        var description = new StringBuilder();
        Describe(type, options, [], description);
        return description.ToString();
    }

    private static void Describe(
        Type type, JsonSerializerOptions options, HashSet<Type> seen, StringBuilder description)
    {
        description.Append(NameOf(type));
        if (!seen.Add(type))
        {
            return;
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            description.Append(" of ");
            Describe(value, options, seen, description);
            return;
        }

        if (type.IsEnum)
        {
            description.Append(" {").AppendJoin(',', Enum.GetNames(type)).Append('}');
        }

        var info = options.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                description.Append(" {");
                foreach (var property in info.Properties)
                {
                    description.Append(property.Name).Append(property.IsGetNullable ? "?" : "").Append(": ");
                    if (property.CustomConverter is { } own)
                    {
                        description.Append(NameOf(own.GetType())).Append(' ');
                    }

                    Describe(property.PropertyType, options, seen, description);
                    description.Append("; ");
                }

                description.Append('}');
                break;
            case JsonTypeInfoKind.Enumerable:
                description.Append(" of ");
                Describe(info.ElementType!, options, seen, description);
                break;
            case JsonTypeInfoKind.Dictionary:
                description.Append(" from ");
                Describe(info.KeyType!, options, seen, description);
                description.Append(" to ");
                Describe(info.ElementType!, options, seen, description);
                break;
            default:
                description.Append(" by ").Append(NameOf(info.Converter.GetType()));
                break;
        }
    }

    /// <summary>Without assembly names and versions, which differ between builds.</summary>
    private static string NameOf(Type type) =>
        type.IsGenericType
            ? $"{type.Namespace}.{type.Name}<{string.Join(',', type.GenericTypeArguments.Select(NameOf))}>"
            : type.FullName!;
}
