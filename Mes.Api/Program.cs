using Mes.Api;
using Mes.Api.Commands;
using Mes.Api.Hosting;

try
{
    if (ConsoleCommands.Handles(args))
    {
        return await ConsoleCommands.RunAsync(args);
    }

    await using var app = MesApplication.Build(args);
    await MesApplication.StartAsync(app);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception)
{
    // Otherwise the runtime would end the process with SIGABRT and, where enabled, a dump.
    await Console.Error.WriteLineAsync(StartupFailure.Explain(exception));
    return 1;
}
