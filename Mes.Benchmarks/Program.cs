using System.CommandLine;
using Mes.Benchmarks;
using Mes.Benchmarks.Peers;
using Mes.Benchmarks.Suites;

var orders = new Option<string>("--orders")
{
    Description =
    "Sizes of the database, one after the other.",
    DefaultValueFactory = _ => "10000,100000,1000000"
};
var seconds =
    new Option<int>("--seconds") { Description = "How long each measurement takes.", DefaultValueFactory = _ => 10 };
var before = new Option<string?>("--before") { Description = "The assembly of an earlier build of the service." };
var service = new Option<string>("--service") { Description = "The service's assembly.", Required = true };
var work = new Option<string>("--work") { Description = "A folder for data and logs.", Required = true };

var root = new RootCommand("Measures the order service against itself without its cache, side by side in one run.")
{
    Suite("lists", "Board, columns and sellers' lists, quiet and while orders change.", ListsSuite.RunAsync),
    Suite("scripts", "Redis' own time for the board and for a put, as the database grows.", ScriptsSuite.RunAsync),
    Suite("changes", "What the protocol adds to a change.", ChangesSuite.RunAsync),
    Submits(),
    Suite("fairness", "One seller's polls while another floods.", FairnessSuite.RunAsync),
    Suite("events", "How soon changes are in waiting feeds and at receivers of webhooks.", EventsSuite.RunAsync),
    Suite("outage", "Reads and changes while Redis is away, and after.", OutageSuite.RunAsync),
    Suite("backlog", "How soon the cache is used again, by how many changes an outage has left (--orders).",
        BacklogSuite.RunAsync),
    Suite("stream", "The board's stream with 500 clients and 100 changes a second.", StreamSuite.RunAsync),
    Peers(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

Command Suite(string name, string description, Func<Bench, Task> run)
{
    var command = new Command(name, description) { orders, seconds, service, work };
    command.SetAction(parsed => RunAsync(parsed, run));
    return command;
}

Command Submits()
{
    var command = new Command("submits", "What idempotency keys and events add to a submit.")
    {
        orders, seconds, service, work, before,
    };
    command.SetAction(parsed => RunAsync(parsed, bench => SubmitsSuite.RunAsync(
        bench,
        Path.GetFullPath(parsed.GetValue(before) ?? throw new InvalidOperationException("--before is needed.")))));
    return command;
}

async Task RunAsync(ParseResult parsed, Func<Bench, Task> run)
{
    await using var bench = await Bench.StartAsync(
        [.. parsed.GetValue(orders)!.Split(',').Select(int.Parse)],
        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        Path.GetFullPath(parsed.GetValue(service)!),
        Path.GetFullPath(parsed.GetValue(work)!));
    await run(bench);
}

Command Peers()
{
    var size = new Option<int>("--orders")
    {
        Description = "How many orders the database has.",
        DefaultValueFactory = _ => 100_000,
    };
    var time = new Option<int>("--seconds")
    {
        Description = "How long each measurement takes.",
        DefaultValueFactory = _ => 3,
    };
    var rounds = new Option<int>("--rounds")
    {
        Description = "How often the contenders take turns.",
        DefaultValueFactory = _ => 3,
    };
    var parts = Names("--parts", "Only these parts, separated by commas; the results of others stay.");
    var contenders = Names("--contenders", "Only these contenders, separated by commas.");
    var assembly = new Option<string>("--assembly")
    {
        Description = "The assembly of Mes.Contenders.",
        Required = true,
    };
    var documents = new Option<string>("--documents") { Description = "The folder of benchmarks.md.", Required = true };
    var command = new Command("peers", "The service against other caches, the bare limit and the database alone.")
    {
        size, time, rounds, parts, contenders, assembly, before, documents, service, work,
    };
    command.SetAction(async parsed =>
    {
        await using var bench = await Bench.StartAsync(
            [parsed.GetValue(size)],
            TimeSpan.FromSeconds(parsed.GetValue(time)),
            Path.GetFullPath(parsed.GetValue(service)!),
            Path.GetFullPath(parsed.GetValue(work)!));
        await PeersSuite.RunAsync(bench, new PeersOptions(
            parsed.GetValue(size),
            parsed.GetValue(rounds),
            parsed.GetValue(parts)!,
            parsed.GetValue(contenders)!,
            Path.GetFullPath(parsed.GetValue(assembly)!),
            parsed.GetValue(before) is { } path ? Path.GetFullPath(path) : null,
            Path.GetFullPath(parsed.GetValue(documents)!)));
    });
    return command;

    Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
        DefaultValueFactory = _ => [],
    };
}
