using System.Security.Cryptography;
using Npgsql;

namespace Mes.Tests.Support;

/// <summary>
/// A PostgreSQL database for one test or fixture. It is dropped at the end, even if clients are still connected.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _serverConnectionString;

    private TestDatabase(string serverConnectionString, string name)
    {
        _serverConnectionString = serverConnectionString;
        Name = name;
        ConnectionString = ConnectionStringOf(serverConnectionString, name);
    }

    public string Name { get; }

    public string ConnectionString { get; }

    /// <param name="template">
    /// The <see cref="Name"/> of the database to copy; an empty one if not given. PostgreSQL copies only a database
    /// without connections. This method empties the pool of the template's <see cref="ConnectionString"/>. A caller
    /// with its own data source must dispose of it first.
    /// </param>
    public static async Task<TestDatabase> CreateAsync(
        string? template = null, CancellationToken cancellationToken = default)
    {
        var server = TestServers.RequirePostgres();
        if (template is not null)
        {
            await ClearPoolAsync(ConnectionStringOf(server, template));
        }

        var database = new TestDatabase(server, $"mes_test_{RandomNumberGenerator.GetHexString(16, lowercase: true)}");

        // template1 may contain a site's own objects, and cannot be copied while a client is connected to it.
        await ExecuteAsync(
            server,
            $"CREATE DATABASE {Quote(database.Name)} TEMPLATE {Quote(template ?? "template0")}",
            cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await ClearPoolAsync(ConnectionString);
        await ExecuteAsync(
            _serverConnectionString,
            $"DROP DATABASE IF EXISTS {Quote(Name)} WITH (FORCE)",
            CancellationToken.None);
    }

    private static string ConnectionStringOf(string serverConnectionString, string name) =>
        new NpgsqlConnectionStringBuilder(serverConnectionString)
        {
            Database = name,
            IncludeErrorDetail = true,
            MaxPoolSize = 30,
        }.ConnectionString;

    private static async Task ClearPoolAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";
}
