using Mes.Api.Http;
using Mes.Application.Events.GetEvents;
using Mes.Domain.Callers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Events;

/// <summary>The feed of events.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        // Now, so that its metric is there from the start.
        api.ServiceProvider.GetRequiredService<WaitingCalls>();
        api.MapRead("/events", GetAsync)
            .WithTags("Events")
            .WithName("listEvents")
            .WithSummary("Follow every change of the orders")
            .WithDescription(
                "A seller gets the events of its own orders; operators and services get all. Go on from `next`, which "
                    + "is never null: then every event comes exactly once, and those of one order in the order of its "
                    + "versions. A read after an event never tells an older version. When the cursor has expired "
                    + "(410), take `start=now`, list the orders, and go on from `next`. At most "
                    + $"{WaitingCalls.MaxPerSeller} calls of a seller wait at once; more get a 429.")
            .Produces<EventPage>()
            .IsNotStored()
            .WithProblems("cursor-expired")
            .WithQuery(EventQuery.Parameters)
            .Costs(1, ofFullPage: 7, mayWait: true)
            .ForRoles(Role.Seller, Role.Operator, Role.Service);
    }

    private static Task<HttpResult> GetAsync(HttpContext http, LongPoll poll)
    {
        var query = new QueryReader(http.Request);
        var request = EventQuery.Read(query, http.Caller());
        return query.Error is { } error
            ? Task.FromResult<HttpResult>(new ProblemResult(error))
            : poll.AnswerAsync(http, request);
    }
}
