using System.Diagnostics;
using Npgsql;

namespace Mes.Benchmarks.Peers;

/// <summary>All contenders of a run, each with a copy of the same database.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const string Source = "peers_source";
    /// <summary>On 256 connections each stays below what the service works on at once for one caller.</summary>
    private const int Operators = 32;
    private const int CommandsAtOnce = 4;

    private readonly List<Peer> _peers = [];
    private readonly Bench _bench;

    private Fleet(Bench bench) => _bench = bench;

    public IReadOnlyList<Peer> Peers => _peers;

    /// <summary>The ids of all orders, shuffled.</summary>
    public IReadOnlyList<Guid> Ids { get; private set; } = [];

    public static async Task<Fleet> StartAsync(
        Bench bench, PeersOptions options, IReadOnlyList<Contender> contenders)
    {
        var fleet = new Fleet(bench);
        var source = await bench.CreateDatabaseAsync(Source);
        var keys = await FillAsync(bench.ServiceAssembly, source, options.Orders);
        foreach (var contender in contenders)
        {
            var name = $"peers_{contender.Name.Replace('-', '_')}";
            var assembly = contender.Kind switch
            {
                ContenderKind.OtherCache => options.Assembly,
                ContenderKind.Before => options.Before!,
                _ => bench.ServiceAssembly,
            };

            // An earlier build may have an earlier schema.
            var isBefore = contender.Kind == ContenderKind.Before;
            var database = await bench.CreateDatabaseAsync(name, template: isBefore ? null : Source);
            var peer = new Peer(
                contender,
                assembly,
                options,
                database,
                contender.HasRedis ? await bench.StartRedisAsync($"redis-{contender.Name}") : null,
                isBefore ? await FillAsync(assembly, database, options.Orders) : keys,
                bench.WorkDirectory);
            fleet._peers.Add(peer);
            await peer.PrepareAsync();
        }

        Guid[] ids = [.. (await Peer.QueryAsync(source, "SELECT id, version FROM orders ORDER BY id"))
            .Select(order => order.Id)];
        new Random(1).Shuffle(ids);
        fleet.Ids = ids;
        return fleet;
    }

    public async Task<string> PostgresVersionAsync()
    {
        await using var connection = new NpgsqlConnection(_peers[0].Database + ";Pooling=false");
        await connection.OpenAsync();
        return connection.PostgreSqlVersion.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }
    }

    /// <summary>Brings the schema up to date, fills the tables and issues the callers' keys.</summary>
    private static async Task<Keys> FillAsync(string service, string database, int orders)
    {
        await CommandAsync(service, database, "migrate");
        await SampleDatabase.FillAsync(database, orders);
        List<string> operators = [];
        foreach (var numbers in Enumerable.Range(1, Operators).Chunk(CommandsAtOnce))
        {
            operators.AddRange(await Task.WhenAll(numbers.Select(number => CommandAsync(
                service, database, "keys", "create", "--role", "operator", "--operator", $"operator-{number}"))));
        }

        return new Keys(
            await CommandAsync(service, database, "keys", "create", "--role", "seller", "--seller", "alpha"),
            await CommandAsync(service, database, "keys", "create", "--role", "service"),
            operators);
    }

    /// <summary>Runs a command of the service.</summary>
    /// <returns>The last line that it printed.</returns>
    private static async Task<string> CommandAsync(string service, string database, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [service, .. command]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__Postgres"] = database;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1].Trim()
            : throw new InvalidOperationException($"The service's command {string.Join(' ', command)} failed.");
    }
}
