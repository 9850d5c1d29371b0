using Mes.Application.Caching;
using Mes.Application.Orders;
using Mes.Domain.Orders;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// Goes once through everything that a request does with database and cache, so that the first callers do not pay for
/// compiling it out of the cache's budget. Leaves nothing behind but a lease and a stamp that run out by themselves.
/// </summary>
internal sealed class CacheWarmUp(IOrderCache orders, ITaggedCache answers, IOrderReader reader, ICacheHealth health, TimeProvider clock)
{
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Tags = ["warm-up"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await reader.FindAsync(Guid.Empty, cancellationToken);
        for (var attempt = 0; attempt < Attempts && !health.IsDisabled && !await TryAsync(); attempt++)
        {
            // What was too slow has been compiled by now.
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>Ends at the first step that was too slow: one after the other they would open the circuit.</summary>
    private async Task<bool> TryAsync() =>
        (await orders.GetAsync(Guid.Empty)).BypassReason is null
        && await orders.BeginAsync(Guid.Empty, LeaseHolder.Writer) is not null
        && await orders.PutAsync(Nothing, token: null, Tags) != PutResult.Failed // Without the token: rejected, so nothing is stored.
        && (await answers.ReadAsync("warm-up", Tags)).BypassReason is null;

    private static OrderSnapshot Nothing { get; } =
        new(Guid.Empty, 1, "warm-up", OrderStatus.Submitted, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());
}
