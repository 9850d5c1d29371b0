using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Npgsql;
using StackExchange.Redis;

namespace Mes.Contenders;

/// <summary>
/// The least that an answer out of Redis can cost: one endpoint, one <c>GET</c>, no authentication, nothing else.
/// </summary>
internal static class BareLimit
{
    public const string Name = "bare";

    public static async Task<WebApplication> BuildAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var redis = (await ConnectionMultiplexer.ConnectAsync(builder.Configuration.GetConnectionString("Redis")!))
            .GetDatabase();
        await FillAsync(redis, builder.Configuration.GetConnectionString("Postgres")!);

        var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapGet("/api/v1/orders/{id}/status", async (string id, HttpContext http) =>
        {
            var value = await redis.StringGetAsync(id);
            if (value.IsNull)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            ReadOnlyMemory<byte> body = value;
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body);
        });
        return app;
    }

    /// <summary>Puts the status of every order into Redis, as the service would answer it.</summary>
    private static async Task FillAsync(IDatabase redis, string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=900");
        await connection.OpenAsync();
        await using var command =
            new NpgsqlCommand("SELECT id, status, version, status_changed_at FROM orders", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var last = Task.CompletedTask;
        for (var row = 0; await rows.ReadAsync(); row++)
        {
            if (!OrderStatuses.TryParse(rows.GetString(1), out var status))
            {
                throw new InvalidOperationException($"The database has the unknown status {rows.GetString(1)}.");
            }

            var document = new OrderStatusDocument(
                rows.GetGuid(0), status, rows.GetInt32(2), rows.GetFieldValue<DateTimeOffset>(3));
            last = redis.StringSetAsync(
                document.Id.ToString("D"), JsonSerializer.SerializeToUtf8Bytes(document, MesJson.Options));
            if (row % 1000 == 0)
            {
                await last; // Answers come in the order of the commands, so this bounds how many are under way.
            }
        }

        await last;
    }
}
