using Mes.Api;
using Mes.Contenders;

if (args is not ["--contender", var name, .. var rest])
{
    await Console.Error.WriteLineAsync("Usage: Mes.Contenders --contender NAME [settings of the service]");
    return 2;
}

await using var app = name == BareLimit.Name
    ? await BareLimit.BuildAsync(rest)
    : ContenderApplication.Build(name, rest);
await MesApplication.StartAsync(app);
await app.WaitForShutdownAsync();
return 0;
