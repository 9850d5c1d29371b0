using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// The cache, each of whose commands waits for the schedule. The schedule decides when a command is carried out, and
/// whether its answer arrives.
/// </summary>
internal sealed class ScheduledOrderCache(IOrderCache inner) : IOrderCache
{
    /// <summary>Takes a guard out: a token counts even though its <c>begin</c> was never answered.</summary>
    public PlantedOrderCache? TokensCountUnanswered { get; init; }

    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => Actor.Current is { Instance: { } instance }
        ? AskAsync(instance, orderId)
        : StepAsync("gets", () => inner.GetAsync(orderId), () => CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout));

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder)
    {
        if (TokensCountUnanswered is not { } planted)
        {
            var actor = Actor.Current;
            return StepAsync(
                "begins",
                async () =>
                {
                    var granted = await inner.BeginAsync(orderId, holder);
                    actor.HasLeased = actor.Schedule.CountsLostFills
                        && granted is not null
                        && await actor.Schedule.IsAbsentAsync();
                    return granted;
                },
                () => null,
                matters: false);
        }

        var token = new LeaseToken(RandomNumberGenerator.GetHexString(32, lowercase: true));
        return StepAsync("begins", async () => await planted.BeginAsync(orderId, holder, token)
            ? token
            : null, () => token, matters: false);
    }

    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags)
    {
        var schedule = Actor.Current.Schedule;
        return StepAsync(
            $"puts v{order.Version}{(token is null ? " without a token" : "")}",
            () =>
            {
                if (!schedule.Table.Had(order))
                {
                    schedule.Violated($"G3: v{order.Version} is put, which was not committed");
                }

                return inner.PutAsync(order, token, tags);
            },
            () => PutResult.Failed,
            matters: !Actor.Current.HasLeased);
    }

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags)
    {
        var schedule = Actor.Current.Schedule;
        return StepAsync(
            "drops",
            () =>
            {
                schedule.EntryWasDropped();
                return inner.DropAsync(orderId, tags);
            },
            () => false);
    }

    /// <summary>
    /// Asks the reader's instance. Readers whose question found nothing learn it one after the other, because the first
    /// fills the cache for all.
    /// </summary>
    private static async ValueTask<CacheRead<OrderSnapshot>> AskAsync(ScheduledInstance instance, Guid orderId)
    {
        var reader = Actor.Current;
        var answer = Task.FromResult(CacheRead<OrderSnapshot>.Miss);
        await reader.Schedule.StepAsync(reader, "asks", () =>
        {
            reader.Read = answer = instance.AskAsync(orderId);
            return new ValueTask<bool>(true);
        });
        var read = await answer;
        if (read.Hit is null)
        {
            await reader.Schedule.StepAsync(reader, "learns the answer", () =>
            {
                reader.WasLeftUnanswered |= read is { BypassReason: not null, IsCacheReachable: false };
                reader.Fill = read.Shared is { } shared ? reader.Schedule.FillOf(shared, reader) : null;
                return new ValueTask<CacheRead<OrderSnapshot>>(read);
            });
        }

        return read;
    }

    /// <param name="matters">Whether a call without an answer means that its actor did not reach the cache.</param>
    private static ValueTask<T> StepAsync<T>(
        string what, Func<ValueTask<T>> act, Func<T> unanswered, bool matters = true)
    {
        var actor = Actor.Current;
        return new(actor.Schedule.StepAsync(actor, what, act, unanswered: () =>
        {
            actor.WasLeftUnanswered |= matters;
            actor.Fill?.WasLeftUnanswered |= matters;
            return unanswered();
        }));
    }
}
