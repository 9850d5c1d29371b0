using System.CommandLine;
using System.Data.Common;
using MediatR;
using Mes.Api.Hosting;
using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Application.Json;
using Mes.Application.Persistence;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Startup;

namespace Mes.Api.Commands;

/// <summary>
/// The program's commands. Without a command it runs the service. Commands read the same settings as the service.
/// </summary>
internal static class ConsoleCommands
{
    private static readonly string[] Help = ["--help", "-h", "-?"];

    /// <summary>
    /// Every word that is not a setting counts as a command, even an unknown one: a mistyped command must not start the
    /// service.
    /// </summary>
    public static bool Handles(string[] args) =>
        args.Length > 0 && (Help.Contains(args[0]) || (args[0] is not ['-' or '/', ..] && !args[0].Contains('=')));

    /// <exception cref="StartupException">The command cannot run; the message says why.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("The MES order service.") { TreatUnmatchedTokensAsErrors = true };
        root.Subcommands.Add(Migrate());
        root.Subcommands.Add(new Command("keys", "API keys.") { CreateKey(), RevokeKey() });
        root.Subcommands.Add(Health());
        root.Subcommands.Add(new Command("cache", "The cache.") { NewEpoch() });
        return await root.Parse(args)
            .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database's schema up to date.");
        command.SetAction(
            (_, cancellationToken) => WithServicesAsync(needsSchema: false, cancellationToken, async services =>
        {
            await services.GetRequiredService<SchemaMigrator>().MigrateAsync(cancellationToken);
            Console.WriteLine("The database is up to date.");
            return 0;
        }));
        return command;
    }

    /// <summary>For the help alone: the program runs it before it comes here.</summary>
    private static Command Health()
    {
        var command = new Command(
            HealthProbe.Command, "Asks the service on this machine whether it is ready; the exit code is 0 if it is.");
        command.SetAction((_, _) => HealthProbe.RunAsync(Console.Out));
        return command;
    }

    private static Command CreateKey()
    {
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Names), Required = true };
        var seller = new Option<string?>("--seller") { Description = "The seller's id; for the role seller." };
        var operatorId =
            new Option<string?>("--operator") { Description = "The operator's id; for the role operator." };
        var name = new Option<string?>("--name")
        {
            Description =
                "What the key is for. Of a service or admin it is the id in the orders' history; default: the role's name.",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "From when on the key is refused, such as 2027-01-31T00:00:00Z. Default: never.",
        };
        var command = new Command("create", "Issues a key and prints it, once.")
        {
            role, seller, operatorId, name, expires,
        };
        command.Validators.Add(result =>
        {
            // The library throws when a validator reads a value that it could not convert, so the conversion is here.
            if (Roles.Find(result.GetValue(role)?.ToLowerInvariant()) is not { } holder)
            {
                result.AddError($"--role must be one of {string.Join(", ", Roles.Names)}.");
                return;
            }

            foreach (var (option, only) in new[] { (seller, Role.Seller), (operatorId, Role.Operator) })
            {
                if (result.GetValue(option) is null == (holder == only))
                {
                    result.AddError(
                        $"{option.Name} is {(holder == only ? "required" : "not allowed")} for this role.");
                }
            }

            if (result.GetValue(expires) is { } time && !Rfc3339.TryParse(time, out _))
            {
                result.AddError("--expires must be a time as in RFC 3339, such as 2027-01-31T00:00:00Z.");
            }
        });
        command.SetAction(
            (parsed, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
        {
            var command = new CreateApiKey(
                Roles.Find(parsed.GetRequiredValue(role).ToLowerInvariant()),
                parsed.GetValue(seller),
                parsed.GetValue(operatorId),
                parsed.GetValue(name),
                Rfc3339.TryParse(parsed.GetValue(expires) ?? string.Empty, out var end) ? end : null,
                Live: !services.GetRequiredService<IHostEnvironment>().IsDevelopment());
            var result = await services.GetRequiredService<IMediator>().Send(command, cancellationToken);
            return Report(result, key => key.Text.Reveal());
        }));
        return command;
    }

    private static Command RevokeKey()
    {
        var id = new Argument<string>("id")
        {
            Description = "The part of the key between mes_live_ and the next underscore.",
        };
        var command = new Command("revoke", "Revokes a key, on every instance within a second.") { id };
        command.SetAction(
            (parsed, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
        {
            var result = await services.GetRequiredService<IMediator>()
                .Send(new RevokeApiKey(parsed.GetValue(id)), cancellationToken);
            return Report(result, caller => $"The key of {caller} is revoked.");
        }));
        return command;
    }

    private static Command NewEpoch()
    {
        var command = new Command(
            "new-epoch",
            "Discards everything that is cached now. Run it after the database was restored from a backup.");
        command.SetAction(
            (_, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
        {
            await services.GetRequiredService<SchemaMigrator>().StartNewCacheEpochAsync(cancellationToken);
            Console.WriteLine("A new epoch has begun.");
            return 0;
        }));
        return command;
    }

    private static int Report<T>(Result<T> result, Func<T, string> text)
    {
        if (result.IsSuccess)
        {
            Console.WriteLine(text(result.Value));
            return 0;
        }

        Console.Error.WriteLine(result.Error is ValidationError validation
            ? string.Join('\n', validation.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}"))
            : result.Error.Detail);
        return 1;
    }

    private static async Task<int> WithServicesAsync(
        bool needsSchema, CancellationToken cancellationToken, Func<IServiceProvider, Task<int>> run)
    {
        var builder = MesApplication.CreateBuilder(["--Mes:Cache:Enabled=false"]);
        builder.Logging.ClearProviders();
        foreach (var unknown in SettingsCheck.Unknown(builder.Configuration))
        {
            await Console.Error.WriteLineAsync(unknown);
        }

        await using var provider = builder.Services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        try
        {
            if (needsSchema && await provider.GetRequiredService<SchemaMigrator>()
                .PendingAsync(cancellationToken) is { Count: > 0 })
            {
                throw new StartupException("The database schema is not up to date: run the command 'migrate' first.");
            }

            return await run(scope.ServiceProvider);
        }
        catch (Exception exception) when (IsOfTheDatabase(exception))
        {
            throw new StartupException(
                $"{provider.GetRequiredService<IDatabaseEngine>().Description} failed: "
                + StartupFailure.Reason(exception.GetBaseException()));
        }
    }

    /// <summary>Also when wrapped: EF Core wraps what it considers an outage.</summary>
    private static bool IsOfTheDatabase(Exception? exception) =>
        exception is not null
        && (exception is DependencyUnavailableException or DbException or TimeoutException
            || IsOfTheDatabase(exception.InnerException));
}
