using System.CommandLine;
using Mes.Chaos;

var seconds = new Option<int>("--seconds") { Description = "How long clients and faults go on.", DefaultValueFactory = _ => 60 };
var seed = new Option<int>("--seed") { Description = "Which faults come when.", DefaultValueFactory = _ => 1 };
var instances = new Option<int>("--instances") { Description = "How many instances of the service.", DefaultValueFactory = _ => 3 };
var faults = new Option<string?>("--faults") { Description = "Which kinds, separated by commas; all unless given." };
var service = new Option<string>("--service") { Description = "The service's assembly.", Required = true };
var work = new Option<string>("--work") { Description = "A folder for data and logs.", Required = true };
var root = new RootCommand("Breaks the order service in every way, and checks that it never told an old status.") { seconds, seed, instances, faults, service, work };
root.SetAction((parsed, _) => Run.ExecuteAsync(new Options(
    parsed.GetValue(seconds),
    parsed.GetValue(seed),
    parsed.GetValue(instances),
    parsed.GetValue(faults)?.Split(',') ?? [],
    Path.GetFullPath(parsed.GetValue(service)!),
    Path.GetFullPath(parsed.GetValue(work)!))));
return await root.Parse(args).InvokeAsync();
