using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// Records the different statements that an instance sends about the outbox, each with the parameters of its first use.
/// </summary>
internal sealed class OutboxStatements : DbCommandInterceptor
{
    private readonly ConcurrentDictionary<string, NpgsqlParameter[]> _sent = new();

    public void AddTo(IServiceCollection services) =>
        services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(this));

    public void Forget() => _sent.Clear();

    public IReadOnlyList<string> Texts => [.. _sent.Keys];

    /// <summary>
    /// The statements whose plan scans the whole table or reads too many rows, each with the objection to it.
    /// </summary>
    public async Task<IReadOnlyList<string>> ObjectionsAsync(string connectionString, double mostRows)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        List<string> objections = [];
        foreach (var (text, parameters) in _sent)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command =
                new NpgsqlCommand("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + text, connection, transaction);
            command.Parameters.AddRange(parameters.Select(parameter => parameter.Clone()).ToArray());
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
            Look(plan.RootElement[0].GetProperty("Plan"), mostRows, objection =>
                objections.Add($"{objection}\n{text}\n{plan.RootElement}"));
            await transaction.RollbackAsync();
        }

        return objections;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
    {
        Note(command);
        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
    {
        Note(command);
        return new(result);
    }

    private void Note(DbCommand command)
    {
        if (command.CommandText.Contains("outbox", StringComparison.Ordinal))
        {
            _sent.TryAdd(command.CommandText,
                [.. command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Clone())]);
        }
    }

    private static void Look(JsonElement node, double mostRows, Action<string> objectTo)
    {
        var isOnOutbox = node.TryGetProperty("Relation Name", out var relation) && relation.GetString() == "outbox";
        var loops = Number(node, "Actual Loops");
        var read = (Number(node, "Actual Rows")
            + Number(node, "Rows Removed by Filter")
            + Number(node, "Rows Removed by Index Recheck")) * loops;
        if (isOnOutbox && node.GetProperty("Node Type").GetString() == "Seq Scan" && loops > 0)
        {
            objectTo("scans the whole outbox");
        }
        else if (isOnOutbox && read > mostRows)
        {
            objectTo($"reads {read:0} rows");
        }

        if (node.TryGetProperty("Plans", out var plans))
        {
            foreach (var input in plans.EnumerateArray())
            {
                Look(input, mostRows, objectTo);
            }
        }
    }

    private static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value)
        ? value.GetDouble()
        : 0;
}
