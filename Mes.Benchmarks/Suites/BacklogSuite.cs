using Mes.Chaos.Workload;
using Npgsql;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// How soon instances use the cache again after an outage, depending on the number of changes that the outage left in
/// the outbox. Redis either paused and comes back with its data, or restarted and comes back empty. With one cell and
/// with four.
/// </summary>
internal static class BacklogSuite
{
    private const int Orders = 40;
    private const int Portion = 100_000;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Bench bench)
    {
        var table = new Table("Until all orders and the board were hits again", "rows", "cells", "Redis was", "ms",
            "rows left then", "ms until no row was left");
        foreach (var cells in new[] { 1, 4 })
        {
            var database = await bench.CreateDatabaseAsync($"backlog_{cells}");
            var redis = await bench.StartRedisAsync($"backlog-{cells}");
            var service = await bench.StartServiceAsync(
                $"backlog-{cells}", database, redis.Port, ("Mes__Cache__Cells", $"{cells}"));
            using var caller = new Caller(service.Address);
            var orders = await caller.SubmitAsync(Orders);
            await UntilHitsAsync(caller, orders);
            foreach (var rows in bench.Sizes)
            {
                foreach (var restarted in new[] { false, true })
                {
                    if (restarted)
                    {
                        await redis.KillAsync();
                    }
                    else
                    {
                        redis.Signal("STOP");
                    }

                    await LeaveAsync(database, rows);
                    await Task.Delay(Outage);
                    if (restarted)
                    {
                        await redis.StartAsync();
                    }
                    else
                    {
                        redis.Signal("CONT");
                    }

                    var back = System.Diagnostics.Stopwatch.StartNew();
                    await UntilHitsAsync(caller, orders);
                    var hits = back.Elapsed.TotalMilliseconds;
                    var left = await LeftAsync(database);
                    while (await LeftAsync(database) > 0)
                    {
                        await Task.Delay(100);
                    }

                    table.Row(rows, cells, restarted
                        ? "restarted"
                        : "stopped", hits, left, back.Elapsed.TotalMilliseconds);
                }
            }
        }

        table.Print();
    }

    private static async Task UntilHitsAsync(Caller caller, IReadOnlyList<Guid> orders)
    {
        foreach (var order in orders)
        {
            await caller.UntilHitAsync($"orders/{order}/status", Connection.Seller);
        }

        await caller.UntilHitAsync("board", Connection.Operator);
    }

    /// <summary>Adds outbox rows as an outage leaves them: marked overdue in the current epoch of their cell.</summary>
    private static async Task LeaveAsync(string database, int rows)
    {
        const string Sql = """
            INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
            SELECT gen_random_uuid(), 1, 'order:' || gen_random_uuid() || ' seller:alpha status:SUBMITTED orders', clock_timestamp(), clock_timestamp(), 0,
                   k.cell, k.epoch
            FROM generate_series(1, @rows) AS i JOIN cache_cells AS k ON k.cell = i % (SELECT COUNT(*) FROM cache_cells)
            """;
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 600 };
        var count = command.Parameters.Add("rows", NpgsqlTypes.NpgsqlDbType.Integer);
        for (var left = rows; left > 0; left -= Portion)
        {
            count.Value = Math.Min(left, Portion);
            await command.ExecuteNonQueryAsync();
        }

        // A real outage takes hours to write this many rows, so the disk has finished with them when it ends.
        await using var checkpoint = new NpgsqlCommand("CHECKPOINT", connection) { CommandTimeout = 600 };
        await checkpoint.ExecuteNonQueryAsync();
    }

    private static async Task<long> LeftAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM outbox", connection) { CommandTimeout = 60 };
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
