using System.Globalization;
using Mes.Application.Json;
using Mes.Application.Validation;
using Mes.Domain.Orders;

namespace Mes.Api.Http;

/// <summary>Reads the query parameters of a request strictly and collects the errors.</summary>
internal sealed class QueryReader(HttpRequest request)
{
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Null when every parameter was well-formed.</summary>
    public ValidationError? Error => _errors.Count == 0 ? null : new ValidationError(_errors);

    public string? Text(string name)
    {
        if (!request.Query.TryGetValue(name, out var values))
        {
            return null;
        }

        var value = values.ToString();
        if (value.Length == 0)
        {
            _errors[name] = ["must not be empty"];
        }

        return value;
    }

    public int Integer(string name, int defaultValue) => Integer(name) ?? defaultValue;

    /// <returns>Null when the parameter is absent or not a whole number.</returns>
    public int? Integer(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // The framework alone would also accept a number followed by NULs.
        if (text.All(char.IsAsciiDigit)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        _errors[name] = ["must be a whole number"];
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var time))
        {
            return time;
        }

        _errors[name] = ["must be a time as in RFC 3339, such as 2026-01-31T08:05:09.040Z; a + must be written as %2B"];
        return null;
    }

    public IReadOnlyCollection<OrderStatus> Statuses(string name)
    {
        if (Text(name) is not { } text)
        {
            return [];
        }

        List<OrderStatus> statuses = [];
        foreach (var word in text.Split(','))
        {
            if (OrderStatuses.TryParse(word, out var status))
            {
                statuses.Add(status);
            }
            else
            {
                var names = string.Join(", ", OrderStatuses.All.Select(known => known.Name()));
                _errors[name] = [$"must be one or more of {names}, separated by commas"];
            }
        }

        return statuses;
    }

    /// <returns>One of the words.</returns>
    public string Choice(string name, string defaultValue, IEnumerable<string> words) =>
        Choice(name, defaultValue, words, word => words.Contains(word) ? word : null);

    /// <param name="find">Null for a word that is not one of the choices.</param>
    public T Choice<T>(string name, T defaultValue, IEnumerable<string> choices, Func<string, T?> find)
        where T : class
    {
        if (Text(name) is not { } text)
        {
            return defaultValue;
        }

        if (find(text) is { } found)
        {
            return found;
        }

        _errors[name] = [$"must be one of {string.Join(", ", choices)}"];
        return defaultValue;
    }
}
