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
    // Left to the runtime, it would end the process with SIGABRT and, where that is set up, a dump.
    await Console.Error.WriteLineAsync(StartupFailure.Explain(exception));
    return 1;
}
