using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MediatR;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Results;
using Microsoft.Extensions.Logging;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a tagged query from the cache. On a miss the handler computes the answer, one computation per key and
/// instance at a time, and the answer is stored with the stamps that its tags had <i>before</i> the computation.
/// Callers that arrive during a computation share the next one (bug class 39).
/// </summary>
internal sealed partial class TaggedCacheFirstBehavior<TQuery, TValue>(
    ITaggedCache cache,
    SharedComputations computations,
    IRequestHandler<TQuery, Result<TValue>> handler,
    ILogger<TaggedCacheFirstBehavior<TQuery, TValue>> logger)
    : IPipelineBehavior<TQuery, Result<TValue>>
    where TQuery : ITaggedQuery<TValue>, IRequest<Result<TValue>>
{
    /// <summary>
    /// Keeps apart queries with the same key, and versions of the service whose answers differ in shape (bug class 43).
    /// </summary>
    private static readonly string KeyPrefix =
        $"{typeof(TQuery).FullName}:{AnswerShape.Of(typeof(TValue), MesJson.Options)}:";

    public async Task<Result<TValue>> Handle(
        TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<Result<TValue>> next)
    {
        TagRules.RequireOfQuery(typeof(TQuery), query.Tags);
        var key = KeyPrefix + query.Key;
        var read = await cache.ReadAsync(key, query.Tags);
        if (TryHit(read, out var value))
        {
            return new ReportedResult<TValue>(value, CacheReport.Hit(read.IsUnverified));
        }

        var computed = await computations.RunAsync(
            key, hadToWait => ComputeAsync(query, key, hadToWait ? null : read), cancellationToken);
        return read.BypassReason is { } why
            ? new ReportedResult<TValue>(computed.Answer, CacheReport.Bypass(why))
            : computed.Answer.IsSuccess
                ? new ReportedResult<TValue>(computed.Answer, computed.Report)
                : computed.Answer;
    }

    /// <summary>
    /// Computes for all callers that share it, so it uses no caller's cancellation token. The handler is a singleton.
    /// </summary>
    /// <param name="read">What the cache had; null to read it again, because time has passed.</param>
    private async Task<Computed> ComputeAsync(TQuery query, string key, TaggedRead? read)
    {
        if (read is null)
        {
            // An answer that was computed meanwhile is a hit only if it is still current.
            read = await cache.ReadAsync(key, query.Tags);
            if (TryHit(read.Value, out var value))
            {
                return new Computed(value, CacheReport.Hit(read.Value.IsUnverified));
            }
        }

        using var tooLong = new CancellationTokenSource(SharedComputations.Longest);
        Result<TValue> answer;
        try
        {
            answer = await handler.Handle(query, tooLong.Token);
        }
        catch (OperationCanceledException exception) when (tooLong.IsCancellationRequested)
        {
            throw new DependencyUnavailableException("The database", exception);
        }

        var isStored = answer.IsSuccess
            && read.Value.Stamps is { } stamps
            && await cache.StoreAsync(key, stamps, JsonSerializer.SerializeToUtf8Bytes(answer.Value, MesJson.Options));
        return new Computed(answer, CacheReport.Miss(isStored));
    }

    private bool TryHit(TaggedRead read, [NotNullWhen(true)] out TValue? value)
    {
        value = default;
        if (read.Hit is not { } bytes)
        {
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize<TValue>(bytes.Span, MesJson.Options);
        }
        catch (JsonException exception)
        {
            // The key guarantees the shape, and a checksum the bytes. What is unreadable all the same is computed again
            // and overwritten.
            Unreadable(typeof(TQuery).Name, exception);
        }

        return value is not null;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The stored answer of {Query} is not readable; it is computed again")]
    private partial void Unreadable(string query, Exception exception);

    private sealed record Computed(Result<TValue> Answer, CacheReport Report);
}
