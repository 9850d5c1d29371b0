using Mes.Api;
using Mes.Api.Commands;
using Mes.Api.Hosting;

try
{
    if (args is [HealthProbe.Command])
    {
        // Runs every few seconds beside the service, so it starts nothing else.
        return await HealthProbe.RunAsync(Console.Out);
    }

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
