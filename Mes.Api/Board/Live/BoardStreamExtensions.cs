using Mes.Api.Http;
using Mes.Domain.Callers;

namespace Mes.Api.Board.Live;

/// <summary>The stream of the board.</summary>
internal static class BoardStreamExtensions
{
    private const string IdExample = "AKk2bqTTDk0GkR4lZJr3sN9m0x1vWc5YhQ7dEo8uLfPz";

    public static void AddBoardStream(this IServiceCollection services)
    {
        services.AddSingleton<LiveBoard>();
        services.AddSingleton<BoardFollowers>();
        services.AddSingleton<MissedCards>();
        services.AddSingleton<BoardStream>();
        services.AddSingleton<BoardFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<BoardFeed>());
    }

    public static void MapBoardStream(this IEndpointRouteBuilder board)
    {
        // Now, so that its metrics are there from the start.
        board.ServiceProvider.GetRequiredService<BoardFollowers>();
        board.MapRead("/stream", (HttpContext http, BoardStream stream) => stream.AnswerAsync(http))
            .WithName("followBoard")
            .WithSummary("Follow the board")
            .WithDescription(
                "Server-sent events. `card` has the card of an order that has changed, or `{id, version, status, "
                    + "gone: true}` of one that has left the board; versions may be merged, and none is older than one "
                    + "sent. `counts` has `{n, oldestAt}` of each column, at most once a second. `beat` comes every 5 s "
                    + "with `{at, behindMs}`. There is no snapshot: open the stream, then load the board, then apply. "
                    + "Every event has an `id` to go on behind, on any instance. After `reset` load the board anew; the "
                    + "stream goes on from there. It ends within two seconds when its key or session does. At most "
                    + $"{BoardFollowers.MaxPerKey} streams with one key at one instance; more get a 429.")
            .Produces<string>(StatusCodes.Status200OK, BoardStream.MediaType)
            .WithResponseHeaders(BoardStream.BufferingHeader)
            .WithExample(
                $"retry: 2314\nid: {IdExample}\n\nevent: beat\ndata: "
                    + $"{{\"at\":\"2026-01-31T08:05:09.040Z\",\"behindMs\":0}}\nid: {IdExample}\n\n")
            .IsNotStored()
            .WithQuery(new QueryParameter(
                BoardStream.LastEventId,
                "The last `id`, where the header `Last-Event-ID` cannot be sent. One that is not good is answered with "
                    + "`reset`.")
            {
                Example = IdExample,
            })
            .Costs(1, mayWait: true)
            .ForRoles(Role.Operator, Role.Service);
    }
}
