using MediatR;
using Mes.Application.ApiKeys;
using Mes.Application.Caching;
using Mes.Application.Sessions;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Http;

internal static class HttpContextExtensions
{
    /// <summary>The caller; every endpoint with <see cref="RequiredRoles"/> has one.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The endpoint does not say who may call it.");

    /// <summary>The id of the key that the caller was identified by, be it by its session.</summary>
    public static string CallerKeyId(this HttpContext http) =>
        http.Features.Get<LiveSession>() is { } session ? session.KeyId
        : BearerKey.Of(http.Request) is { } key && ApiKeyText.Parse(key.Span) is { } parsed
            ? parsed.Id
        : throw new InvalidOperationException("The caller was identified without a key.");

    /// <summary>Sends a query or a command, and turns its result into the answer.</summary>
    /// <param name="answer">Of a success. It gets a <c>Cache-Status</c> where the cache took part.</param>
    /// <returns>The answer, or the failure as a problem.</returns>
    public static async Task<HttpResult> SendAsync<T>(
        this HttpContext http, IRequest<Result<T>> request, Func<HttpContext, T, HttpResult> answer) =>
        ResultOf(http, await http.Mediator().Send(request, http.RequestAborted), answer);

    /// <summary>
    /// The same, and writes the answer. For the shortest requests: it waits in one place instead of two.
    /// </summary>
    public static async Task AnswerAsync<T>(
        this HttpContext http, IRequest<Result<T>> request, Func<HttpContext, T, HttpResult> answer) =>
        await ResultOf(http, await http.Mediator().Send(request, http.RequestAborted), answer).ExecuteAsync(http);

    /// <summary>
    /// The same for a request that is read from query parameters; what is wrong with them is a problem.
    /// </summary>
    public static Task<HttpResult> SendAsync<T>(
        this HttpContext http, Func<QueryReader, IRequest<Result<T>>> read, Func<HttpContext, T, HttpResult> answer)
    {
        var query = new QueryReader(http.Request);
        var request = read(query);
        return query.Error is { } error
            ? Task.FromResult<HttpResult>(new ProblemResult(error))
            : http.SendAsync(request, answer);
    }

    /// <summary>
    /// From <see cref="CallerMiddleware"/>. The request's services would be a scope of its own, which a query does not
    /// need.
    /// </summary>
    private static IMediator Mediator(this HttpContext http) =>
        http.Features.Get<IMediator>()
            ?? throw new InvalidOperationException("The endpoint does not say who may call it.");

    private static HttpResult ResultOf<T>(
        HttpContext http, Result<T> result, Func<HttpContext, T, HttpResult> answer)
    {
        if (!result.IsSuccess)
        {
            return new ProblemResult(result.Error);
        }

        CacheStatusHeader.Write(http, CacheReport.Of(result));
        return answer(http, result.Value);
    }
}
