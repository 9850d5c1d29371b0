using Npgsql;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>
/// Listens for the database's notifications of one kind, on a connection of its own. It may miss one while it
/// reconnects, so whoever waits polls as well.
/// </summary>
internal sealed class Notifications(NpgsqlDataSource source, string channel) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            if (_connection is null)
            {
                _connection = await source.OpenConnectionAsync(cancellationToken);
                await using var listen = new NpgsqlCommand($"LISTEN {channel}", _connection);
                await listen.ExecuteNonQueryAsync(cancellationToken);
            }

            await _connection.WaitAsync(limit, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The database does not answer. The next poll fails too, and is logged.
            await DisposeAsync();
            await Task.Delay(limit, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
