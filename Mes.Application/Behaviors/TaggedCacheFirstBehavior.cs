using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MediatR;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Messaging;
using Mes.Domain.Results;
using Microsoft.Extensions.Logging;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a tagged query from the cache; on a miss the handler computes it, once per key and instance at a time, and the
/// answer is stored with the stamps that its tags had <i>before</i>.
/// </summary>
internal sealed partial class TaggedCacheFirstBehavior<TQuery, TValue>(
    ITaggedCache cache,
    KeyedGate gate,
    CacheReport report,
    ILogger<TaggedCacheFirstBehavior<TQuery, TValue>> logger)
    : IPipelineBehavior<TQuery, Result<TValue>>
    where TQuery : ITaggedQuery<TValue>, IRequest<Result<TValue>>
{
    public async Task<Result<TValue>> Handle(TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<Result<TValue>> next)
    {
        var read = await cache.ReadAsync(query.Key, query.Tags);
        if (TryHit(read, out var value))
        {
            return value;
        }

        if (read.Stamps is null)
        {
            report.Bypass(read.BypassReason!);
            return await next();
        }

        using var entered = await gate.EnterAsync(query.Key, cancellationToken);
        if (entered.HadToWait)
        {
            // Looks again: what was computed meanwhile is a hit only if it is still current now.
            read = await cache.ReadAsync(query.Key, query.Tags);
            if (TryHit(read, out value))
            {
                return value;
            }
        }

        var response = await next();
        if (response.IsSuccess)
        {
            var stored = read.Stamps is not null
                && await cache.StoreAsync(query.Key, read.Stamps, JsonSerializer.SerializeToUtf8Bytes(response.Value, MesJson.Options));
            report.Miss(stored);
        }

        return response;
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
            // Stored by another version of the service, whose answer had other fields: computed anew and stored over.
            Unreadable(typeof(TQuery).Name, exception);
        }

        if (value is null)
        {
            return false;
        }

        report.Hit(read.IsUnverified);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The stored answer of {Query} is not readable; it is computed anew")]
    private partial void Unreadable(string query, Exception exception);
}
