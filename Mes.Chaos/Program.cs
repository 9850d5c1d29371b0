using System.CommandLine;
using Mes.Chaos;
using Mes.Chaos.Mutations;

var seconds =
    new Option<int>("--seconds") { Description = "How long clients and faults go on.", DefaultValueFactory = _ => 60 };
var seed = new Option<int>("--seed") { Description = "Which faults come when.", DefaultValueFactory = _ => 1 };
var instances = new Option<int>("--instances")
{
    Description =
    "How many instances of the service, 1 to 9.",
    DefaultValueFactory = _ => 3
};
var readers =
    new Option<int>("--readers") { Description = "How many clients that read.", DefaultValueFactory = _ => 12 };
var writers =
    new Option<int>("--writers") { Description = "How many clients that change orders.", DefaultValueFactory = _ => 6 };
var faults = new Option<string?>("--faults")
{
    Description =
    "Which kinds, separated by commas, by their names or what these begin with; all unless given."
};
var cluster = new Option<bool>("--cluster")
{
    Description =
    "On a Redis Cluster of three masters and three replicas instead of a single Redis."
};
var visibleWithin = new Option<int>("--visible-within")
{
    Description =
        "Milliseconds after which a committed change must show, acknowledged or not. More where the machine is "
            + "busy with other things.",
    DefaultValueFactory = _ => 2000,
};
var hitsWithin = new Option<int>("--hits-within")
{
    Description =
        "Milliseconds after which every instance must have hits again after a fault. More where the machine is "
            + "busy with other things.",
    DefaultValueFactory = _ => 5000,
};
var backlog =
    new Option<int>("--backlog")
    {
        Description =
        "How many changes an outage of Redis leaves behind, in the fault of that name.",
        DefaultValueFactory = _ =>
            200_000
    };
var service = new Option<string>("--service") { Description = "The service's assembly.", Required = true };
var other = new Option<string?>("--other-service")
{
    Description =
    "The same in a version with another layout of cache entries."
};
var fakeTime = new Option<string?>("--fake-time")
{
    Description =
    "libfaketime.so.1, for the faults that set the database's clock."
};
var without = new Option<string?>("--without")
{
    Description = "The file of the mutation that the service was built with, whose violation must be found. "
        + "Its faults are tried unless others are given.",
};
var work = new Option<string>("--work") { Description = "A folder for data and logs.", Required = true };
var root = new RootCommand("Breaks the order service in every way, and checks that it never told an old status.")
{
    seconds, seed, instances, readers, writers, faults, cluster, visibleWithin, hitsWithin, backlog, service, other,
        fakeTime, without, work,
};
root.SetAction((parsed, stop) =>
{
    var mutation = parsed.GetValue(without) is { } file ? Mutation.Read(file) : null;
    return Run.ExecuteAsync(new Options(
        parsed.GetValue(seconds),
        parsed.GetValue(seed),
        parsed.GetValue(instances),
        parsed.GetValue(readers),
        parsed.GetValue(writers),
        parsed.GetValue(faults)?.Split(',') ?? mutation?.Faults ?? [],
        parsed.GetValue(cluster),
        parsed.GetValue(visibleWithin),
        parsed.GetValue(hitsWithin),
        parsed.GetValue(backlog),
        Path.GetFullPath(parsed.GetValue(service)!),
        parsed.GetValue(other) is { } path ? Path.GetFullPath(path) : null,
        parsed.GetValue(fakeTime),
        mutation,
        Path.GetFullPath(parsed.GetValue(work)!)), stop);
});

var mutationFile = new Argument<string>("mutation") { Description = "The mutation's file." };
var target = new Argument<string>("target") { Description = "A folder that is not there yet." };
var mutate = new Command(
    "mutate", "Copies the service's sources from the current folder, and applies a mutation to the copy.")
{
    mutationFile, target,
};
mutate.SetAction(parsed =>
    new ServiceSources(Environment.CurrentDirectory)
        .CopyWith(parsed.GetValue(mutationFile)!, parsed.GetValue(target)!));
root.Subcommands.Add(mutate);

// Exit code 1 means a violation, so a failure of this program must not end with 1. A run that is interrupted must not
// leave its servers behind, so it first repairs the current fault.
return await root.Parse(args)
    .InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout =
        TimeSpan.FromSeconds(60)
    });
