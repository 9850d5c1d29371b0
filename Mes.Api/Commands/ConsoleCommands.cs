using System.CommandLine;
using System.Data.Common;
using MediatR;
using Mes.Api.Hosting;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Application.Persistence;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Startup;

namespace Mes.Api.Commands;

/// <summary>The commands of the program. Without one it serves. They take the same settings as the service.</summary>
internal static class ConsoleCommands
{
    private static readonly string[] Help = ["--help", "-h", "-?"];

    private static readonly Dictionary<string, Role> Roles =
        Enum.GetValues<Role>().ToDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    /// <summary>A word that is not a setting is a command, if perhaps one that there is not: a mistyped one must not start the service.</summary>
    public static bool Handles(string[] args) =>
        args.Length > 0 && (Help.Contains(args[0]) || (args[0] is not ['-' or '/', ..] && !args[0].Contains('=')));

    /// <exception cref="StartupException">The command cannot be carried out as things are; the message says why.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("The MES order service.") { TreatUnmatchedTokensAsErrors = true };
        root.Subcommands.Add(Migrate());
        root.Subcommands.Add(new Command("keys", "API keys.") { CreateKey(), RevokeKey() });
        root.Subcommands.Add(new Command("cache", "The cache.") { NewEpoch() });
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database's schema up to date.");
        command.SetAction((_, cancellationToken) => WithServicesAsync(needsSchema: false, cancellationToken, async services =>
        {
            await services.GetRequiredService<SchemaMigrator>().MigrateAsync(cancellationToken);
            Console.WriteLine("The database is up to date.");
            return 0;
        }));
        return command;
    }

    private static Command CreateKey()
    {
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Keys), Required = true };
        var seller = new Option<string?>("--seller") { Description = "The seller's id; for the role seller." };
        var operatorId = new Option<string?>("--operator") { Description = "The operator's id; for the role operator." };
        var name = new Option<string?>("--name") { Description = "The holder's id in the orders' history; for the roles service and admin. The role's name unless given." };
        var command = new Command("create", "Issues a key and prints it, once.") { role, seller, operatorId, name };
        command.Validators.Add(result =>
        {
            // Checked here: the library throws when a validator asks for a value that it could not convert.
            if (result.GetValue(role) is not { } word || !Roles.TryGetValue(word, out var holder))
            {
                result.AddError($"--role must be one of {string.Join(", ", Roles.Keys)}.");
                return;
            }

            var wanted = holder switch
            {
                Role.Seller => seller,
                Role.Operator => operatorId,
                _ => name,
            };
            foreach (var option in new[] { seller, operatorId, name })
            {
                if (option != wanted && result.GetValue(option) is not null)
                {
                    result.AddError($"{option.Name} does not go with this role.");
                }
            }

            if (wanted != name && result.GetValue(wanted) is null)
            {
                result.AddError($"{wanted.Name} is required for this role.");
            }
        });
        command.SetAction((parsed, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
        {
            var holder = Roles[parsed.GetRequiredValue(role)];
            var callerId = parsed.GetValue(seller) ?? parsed.GetValue(operatorId) ?? parsed.GetValue(name) ?? holder.ToString().ToLowerInvariant();
            var live = !services.GetRequiredService<IHostEnvironment>().IsDevelopment();
            var result = await services.GetRequiredService<IMediator>().Send(new CreateApiKey(holder, callerId, live), cancellationToken);
            return Report(result, key => key.Reveal());
        }));
        return command;
    }

    private static Command RevokeKey()
    {
        var id = new Argument<string>("id") { Description = "The part of the key between mes_live_ and the next underscore." };
        var command = new Command("revoke", "Makes a key useless, on every instance within a second.") { id };
        command.SetAction((parsed, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
        {
            var result = await services.GetRequiredService<IMediator>().Send(new RevokeApiKey(parsed.GetValue(id)), cancellationToken);
            return Report(result, caller => $"The key of {caller} is revoked.");
        }));
        return command;
    }

    private static Command NewEpoch()
    {
        var command = new Command("new-epoch", "Nothing that is cached now is read any more. To be run after the database was restored from a backup.");
        command.SetAction((_, cancellationToken) => WithServicesAsync(needsSchema: true, cancellationToken, async services =>
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
            if (needsSchema && await provider.GetRequiredService<SchemaMigrator>().PendingAsync(cancellationToken) is { Count: > 0 })
            {
                throw new StartupException("The database lacks migrations: run the command 'migrate' first.");
            }

            return await run(scope.ServiceProvider);
        }
        catch (Exception exception) when (IsOfTheDatabase(exception))
        {
            throw new StartupException($"{provider.GetRequiredService<IDatabaseEngine>().Description} did not carry it out: {StartupFailure.Reason(exception.GetBaseException())}");
        }
    }

    /// <summary>Be it wrapped: EF Core does so with what it takes for an outage.</summary>
    private static bool IsOfTheDatabase(Exception? exception) =>
        exception is not null && (exception is DependencyUnavailableException or DbException or TimeoutException || IsOfTheDatabase(exception.InnerException));
}
