using Mes.Application.Board;
using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Startup;

/// <summary>
/// Goes through everything that a request does with database and cache, so that the first callers do not pay for compiling it out of
/// the cache's budget, nor those who are sent to the database all at once when the cache goes away. Leaves nothing behind but a
/// lease and a stamp that run out by themselves.
/// </summary>
internal sealed class CacheWarmUp(
    IOrderCache orders, IBoardIndex board, ITaggedCache answers, IOrderReader reader, OverdueChanges overdue, ICacheHealth health, TimeProvider clock)
{
    private const int Attempts = 10;

    /// <summary>As many as there are connections kept open, each of which prepares a statement when it has seen it five times.</summary>
    private const int ReadsAtOnce = PostgresEngine.OpenConnections;
    private const int ReadsEach = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Tags = ["warm-up"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < ReadsEach; round++)
        {
            // Of different orders: reads of the same one might share a connection.
            await Task.WhenAll(Enumerable.Range(1, ReadsAtOnce).Select(i => reader.FindAsync(new Guid(i, 0, 0, new byte[8]), cancellationToken)));
        }

        // Of an order that does not exist: there is nothing to mark, nor to wait for.
        await overdue.SettleAsync(Guid.Empty, 0, Tags, hasRow: true);
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
        && (await board.ReadBoardAsync(1)).BypassReason is null
        && (await answers.ReadAsync("warm-up", Tags)).BypassReason is null;

    private static OrderSnapshot Nothing { get; } =
        new(Guid.Empty, 1, "warm-up", OrderStatus.Submitted, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());
}
