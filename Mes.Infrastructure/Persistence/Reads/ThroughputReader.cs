using Mes.Application.Statistics;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

internal sealed class ThroughputReader(DatabaseReads reads, IDatabaseEngine engine) : IThroughputReader
{
    public Task<(
        IReadOnlyList<(DateOnly Day, OrderStatus Status, int Count)> Entered,
        IReadOnlyDictionary<OrderStatus, TimeInStatus> TimeInStatus)> ReadAsync(
        DateOnly since, CancellationToken cancellationToken) =>
        reads.ReadReportAsync<(
            IReadOnlyList<(DateOnly, OrderStatus, int)>, IReadOnlyDictionary<OrderStatus, TimeInStatus>)>(
            (typeof(ThroughputReader), since),
            async (context, token) =>
            {
                var entered = await context.Database.SqlQueryRaw<EnteredRow>(EnteredSql, Start(since))
                    .ToListAsync(token);
                var times = await context.Database.SqlQueryRaw<TimeRow>(TimeSql, Start(since)).ToListAsync(token);
                return (
                    [.. entered.Select(row => (row.Day, OrderStatuses.Parse(row.Status), (int)row.Orders))],
                    times.ToDictionary(
                        row => OrderStatuses.Parse(row.Group),
                        row => new TimeInStatus((int)row.Count, Seconds(row.Median), Seconds(row.P90))));
            },
            cancellationToken);

    // A change that was made past the service may leave the status as it was. Such a change enters no status.
    private string EnteredSql => $$"""
        SELECT {{engine.UtcDay("at")}} AS "Day", to_status AS "Status", COUNT(*) AS "Orders"
        FROM order_history
        WHERE at >= {0} AND (from_status IS NULL OR from_status <> to_status)
        GROUP BY 1, 2
        """;

    private string TimeSql => engine.NearestRanks(
        "from_status", "time_in_from", "order_history", "at >= {0} AND time_in_from IS NOT NULL");

    private object Start(DateOnly day)
    {
        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return engine.ToColumn(start);
    }

    private static decimal Seconds(long milliseconds) => milliseconds / 1000m;

    private sealed record EnteredRow(DateOnly Day, string Status, long Orders);

    private sealed record TimeRow(string Group, long Count, long Median, long P90);
}
