using Mes.Chaos.Checking;
using Npgsql;

namespace Mes.Chaos.Workload;

/// <summary>Waits, after the last change, until every event has been told.</summary>
internal static class Arrival
{
    /// <summary>Longer than the claim of an instance that was killed.</summary>
    private const int LimitMilliseconds = 45_000;

    private const int PauseMilliseconds = 100;

    private const string Sql = """
        SELECT (SELECT count(*) FROM event_queue) + (SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'),
               (SELECT count(*) FROM events WHERE webhook_id IS NULL)
        """;

    /// <summary>Gives up after a while; what has not arrived by then is a violation.</summary>
    public static async Task WaitAsync(string database, FeedFollower follower)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=60");
        await connection.OpenAsync();
        for (var start = Clock.Now; Clock.Milliseconds(start, Clock.Now) < LimitMilliseconds;)
        {
            await using (var command = new NpgsqlCommand(Sql, connection))
            await using (var row = await command.ExecuteReaderAsync())
            {
                await row.ReadAsync();
                if (row.GetInt64(0) == 0 && follower.Told >= row.GetInt64(1))
                {
                    return;
                }
            }

            await Task.Delay(PauseMilliseconds);
        }
    }
}
