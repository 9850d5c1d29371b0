using Mes.Chaos.Checking;

namespace Mes.Chaos.Nemesis;

/// <summary>
/// Faults in what the database knows: its clock, its record of what the cache lacks, and its contents.
/// </summary>
internal static class DatabaseFaults
{
    /// <summary>The instances' database.</summary>
    public const string Database = "mes";

    private const int StepSeconds = 3600;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("backlog", Reach.NoRedis, LeaveBacklogAsync),
        new("clock-back", Reach.NoRedis, c => StepClockAsync(c, -StepSeconds), Needs: Needs.FakeClock),
        new("clock-forward", Reach.NoRedis, c => StepClockAsync(c, StepSeconds), Needs: Needs.FakeClock),
        new("restore-dump", Reach.NoDatabase, RestoreDumpAsync),
        new("restore-backup", Reach.NoDatabase, RestoreBackupAsync),
    ];

    /// <summary>
    /// An outage of Redis leaves so many changes in the outbox that the way in which instances work them off matters.
    /// </summary>
    private static async Task LeaveBacklogAsync(FaultContext c)
    {
        // Redis comes back either with its data, which lacks the missed changes, or empty, as another data set.
        var isSame = c.Random.Next(2) == 0;
        if (isSame)
        {
            c.Redis.Signal("STOP");
        }
        else
        {
            await c.Redis.KillAsync();
        }

        // The rows are marked as this version marks them, or as the version before it and operators do.
        var (columns, values) = c.Random.Next(2) == 0
            ? (", cell, overdue_epoch", ", 0, (SELECT epoch FROM cache_cells WHERE cell = 0)")
            : (string.Empty, string.Empty);
        await c.PauseAsync(500, 1500);
        await c.Postgres.ExecuteAsync(Database, $"""
            INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts{columns})
            SELECT o.id, o.version, '', clock_timestamp(), clock_timestamp(), 0{values}
            FROM orders AS o, generate_series(1, {c.Options.Backlog} / (SELECT count(*) FROM orders) + 1)
            LIMIT {c.Options.Backlog}
            """);
        await c.PauseAsync(0, 1000);
        if (isSame)
        {
            c.Redis.Signal("CONT");
        }
        else
        {
            await c.Redis.StartAsync();
        }
    }

    /// <summary>
    /// Sets the database's clock during another fault. That fault leaves times behind that instances compare with the
    /// clock: those of an unconfirmed outbox row, of an outage mark and of the start of an epoch.
    /// </summary>
    private static async Task StepClockAsync(FaultContext c, int seconds)
    {
        Func<FaultContext, Task>[] company =
        [
            _ => Task.CompletedTask, Faults.KillBetweenCommitAndPutAsync, Faults.PauseRedisAsync,
                Faults.RestartRedisEmptyAsync, Faults.KeepOldMasterAsync,
        ];
        var disturb = company[c.Random.Next(company.Length)];
        var delay = c.Random.Next(2500);
        await Task.WhenAll(StepLaterAsync(), disturb(c));

        async Task StepLaterAsync()
        {
            await Task.Delay(delay);
            var before = Clock.Now;
            c.Postgres.Clock!.Step(seconds);
            c.Clock.Stepped(before, Clock.Now, seconds * 1000.0);
        }
    }

    /// <summary>Restores a dump into a new database with the old one's name.</summary>
    private static async Task RestoreDumpAsync(FaultContext c)
    {
        var dump = await c.Postgres.DumpAsync(Database);
        await c.PauseAsync(500, 2500);
        var (taken, before, old) = await TakeAwayAsync(c);
        await c.Postgres.RestoreDumpAsync(dump, "restored");
        var back = Clock.Now;
        await c.Postgres.RenameAsync("restored", Database);
        c.History.Restores.Enqueue(new(taken, back, before));
        await c.Postgres.ExecuteAsync("postgres", $"DROP DATABASE {old}");
    }

    /// <summary>
    /// Restarts the server with an earlier state, as when a replica that has fallen behind is promoted.
    /// </summary>
    private static async Task RestoreBackupAsync(FaultContext c)
    {
        var backup = await c.Postgres.BackUpAsync();
        await c.PauseAsync(500, 2500);
        var (taken, before, _) = await TakeAwayAsync(c);
        await c.Postgres.StopAsync();
        var back = Clock.Now;
        await c.Postgres.FallBackAsync(backup);
        c.History.Restores.Enqueue(new(taken, back, before));
    }

    /// <returns>When the instances lost their database, what it had, and the name that it has now.</returns>
    private static async Task<(long Taken, Truth Before, string Name)> TakeAwayAsync(FaultContext c)
    {
        const string name = "taken";
        await c.Clock.AskAsync(c.Postgres.ConnectionString);
        var taken = Clock.Now;
        await c.Postgres.RenameAsync(Database, name);
        return (taken, await Truth.ReadAsync(c.History, c.Postgres.ConnectionStringOf(name), c.Clock), name);
    }
}
