using System.Text.Json;
using MediatR;
using Mes.Application.Board;
using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Orders;
using Mes.Application.Orders.GetOrderStatuses;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Api.Board.Live;

/// <summary>Reads what the stream tells, by the queries of every other reader: from the cache where it can.</summary>
internal sealed class LiveBoard(IMediator mediator, TimeProvider clock)
{
    private static readonly Caller Reader = new(Role.Service, "board-stream");

    /// <summary>How long to wait before a read that was told an old version is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads orders in the versions that the feed tells, or in newer ones.</summary>
    /// <param name="versions">The versions that the feed tells.</param>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task<IReadOnlyList<OrderSnapshot>> ReadAsync(
        IReadOnlyDictionary<Guid, int> versions, CancellationToken cancellationToken)
    {
        List<OrderSnapshot> found = [];
        var missing = versions.Keys.ToList();
        while (missing.Count > 0)
        {
            foreach (var ids in missing.Chunk(OrderLimits.MaxBatch))
            {
                var query = new GetOrderStatuses([.. ids.Select(id => id.ToString("D"))], Reader);
                var orders = Require(await mediator.Send(query, cancellationToken));
                // While the database does not answer, the cache may tell an older one.
                found.AddRange(orders.Where(order => order.Version >= versions[order.Id]));
            }

            missing = [.. versions.Keys.Except(found.Select(order => order.Id))];
            if (missing.Count > 0)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }

        return found;
    }

    /// <returns>The counts of the columns as an event; null while they may be old.</returns>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task<byte[]?> ReadCountsAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new GetBoard(1), cancellationToken);
        var board = Require(result);
        return CacheReport.Of(result).IsUnverified
            ? null
            : SentEvent.Of("counts", JsonSerializer.SerializeToUtf8Bytes(
                board.Columns.ToDictionary(
                    column => column.Status, column => new ColumnSummary(board.Counts[column.Status], column.OldestAt)),
                MesJson.Options));
    }

    public static LiveCard CardOf(OrderSnapshot order) => new(
        order.Id,
        order.Version,
        SentEvent.Of("card", order.Status.IsTerminal()
            ? JsonSerializer.SerializeToUtf8Bytes(
                new GoneCard(order.Id, order.Version, order.Status), MesJson.Options)
            : BoardCards.Serialize(order)));

    private static T Require<T>(Result<T> result) => result.IsSuccess
        ? result.Value
        : throw new InvalidOperationException($"The stream's own query is refused: {result.Error.Detail}");

    private sealed record ColumnSummary(int N, DateTimeOffset? OldestAt);

    private sealed record GoneCard(Guid Id, int Version, OrderStatus Status)
    {
        public bool Gone => true;
    }
}
