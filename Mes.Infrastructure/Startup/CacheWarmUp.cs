using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Startup;

/// <summary>
/// Runs everything that a request does with database and cache, so that it is compiled before the first request, whose
/// time limit on the cache is short, and before an outage sends all requests to the database at once. Leaves nothing
/// behind but a lease and a stamp, which expire.
/// </summary>
internal sealed class CacheWarmUp(
    IOrderCache orders,
    IOrderIndexes indexes,
    ITaggedCache answers,
    IOrderReader reader,
    OverdueChanges overdue,
    ICacheHealth health,
    TimeProvider clock)
{
    private const int Attempts = 10;

    /// <summary>One for each connection that is kept open; each prepares a statement after five uses.</summary>
    private const int ReadsAtOnce = PostgresEngine.OpenConnections;
    private const int ReadsEach = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Tags = ["warm-up"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < ReadsEach; round++)
        {
            // Different orders, because reads of one order may share a connection.
            await Task.WhenAll(Enumerable.Range(1, ReadsAtOnce)
                .Select(i => reader.FindAsync(new Guid(i, 0, 0, new byte[8]), cancellationToken)));
        }

        // An order that does not exist: there is nothing to mark, and nothing to wait for.
        await overdue.HandOverAsync(Guid.Empty, 0, Tags, hasRow: true);
        for (var attempt = 0; attempt < Attempts && !health.IsDisabled && !await TryAsync(); attempt++)
        {
            // What was too slow in this attempt is compiled now.
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>Ends at the first step that was too slow: several in a row would open the circuit.</summary>
    private async Task<bool> TryAsync() =>
        (await orders.GetAsync(Guid.Empty)).BypassReason is null
        && await orders.BeginAsync(Guid.Empty, LeaseHolder.Writer) is not null
        && await orders.PutAsync(Nothing, token: null, Tags) != PutResult.Failed // Rejected, so not stored.
        && (await indexes.ReadAsync(new OrderSelection.Board(1))).BypassReason is null
        && (await answers.ReadAsync("warm-up", Tags)).BypassReason is null;

    private static OrderSnapshot Nothing { get; } =
        new(
            Guid.Empty,
            1,
            "warm-up",
            OrderStatus.Submitted,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            "{}"u8.ToArray());
}
