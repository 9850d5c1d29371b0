using Mes.Api.Http;
using Mes.Application.Events.GetEvents;
using Mes.Domain.Callers;

namespace Mes.Api.Events;

/// <summary>The query parameters of the feed.</summary>
internal static class EventQuery
{
    public const string CursorExample = "AKk2bqTTDk0GkR4lZJr3sN9m0x1vWc5YhQ7dEo8uLfPz";

    private static readonly Dictionary<string, EventStart> Starts = new(StringComparer.Ordinal)
    {
        ["oldest"] = EventStart.Oldest,
        ["now"] = EventStart.Now,
    };

    public static QueryParameter[] Parameters { get; } =
    [
        new("cursor", "The `next` of an earlier answer to the same seller, or to those who see all. Not beside "
            + "`start`.")
        {
            Example = CursorExample,
        },
        new("start", "Without a cursor: begin with the oldest event that is kept, or with the next one. Not beside "
            + "`cursor`.")
        {
            Values = Starts.Keys,
            Default = "oldest",
            Example = "now",
        },
        PagingQuery.Number(
            "limit", "The most events in an answer.", 1, GetEvents.MaxLimit, GetEvents.DefaultLimit),
        PagingQuery.Number(
            "wait",
            "If there is nothing: for how many seconds to hold the call until there is something. The answer comes as "
                + "soon as there is.",
            0,
            GetEvents.MaxWait,
            0),
    ];

    public static GetEvents Read(QueryReader query, Caller caller)
    {
        var word = query.Text("start") is null
            ? null
            : query.Choice("start", "oldest", Starts.Keys);
        return new GetEvents(
            caller,
            query.Text("cursor"),
            word is null ? null : Starts[word],
            query.Integer("limit", GetEvents.DefaultLimit),
            query.Integer("wait", 0));
    }
}
