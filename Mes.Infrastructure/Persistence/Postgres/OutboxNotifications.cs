using Npgsql;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>
/// Listens for the database's notification that an outbox row is due at once. It may miss one while it reconnects, so
/// the relay polls as well.
/// </summary>
internal sealed class OutboxNotifications(NpgsqlDataSource source) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            if (_connection is null)
            {
                _connection = await source.OpenConnectionAsync(cancellationToken);
                await using var listen = new NpgsqlCommand("LISTEN mes_outbox", _connection);
                await listen.ExecuteNonQueryAsync(cancellationToken);
            }

            await _connection.WaitAsync(limit, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The database does not answer. The relay's next poll fails too, and logs it.
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
