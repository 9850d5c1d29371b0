using Mes.Api.Commands;
using Mes.Api.Hosting;

try
{
    if (ConsoleCommands.Handles(args))
    {
        return await ConsoleCommands.RunAsync(args);
    }

    await using var app = MesApplication.Build(args);
    await app.RunAsync();
    return 0;
}
catch (StartupException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
