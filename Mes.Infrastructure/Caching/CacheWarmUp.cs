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
        for (var attempt = 0; attempt < Attempts && !health.IsDisabled; attempt++)
        {
            var read = await orders.GetAsync(Guid.Empty);
            var token = await orders.BeginAsync(Guid.Empty, LeaseHolder.Writer);

            // Without the token: rejected, so nothing is stored.
            var put = await orders.PutAsync(Nothing, null, Tags);
            var tagged = await answers.ReadAsync("warm-up", Tags);
            if (read.BypassReason is null && token is not null && put != PutResult.Failed && tagged.BypassReason is null)
            {
                return;
            }

            // What was too slow has been compiled by now; and the circuit, should it have opened, closes again.
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private static OrderSnapshot Nothing { get; } =
        new(Guid.Empty, 1, "warm-up", OrderStatus.Submitted, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());
}
