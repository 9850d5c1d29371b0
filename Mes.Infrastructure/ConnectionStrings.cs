using Npgsql;
using StackExchange.Redis;

namespace Mes.Infrastructure;

/// <summary>Whether what somebody has configured can be read as a connection string; not whether anybody answers there.</summary>
public static class ConnectionStrings
{
    public static bool IsPostgres(string text) => IsReadable(() => _ = new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0 } ? 0 : throw new FormatException());

    public static bool IsRedis(string text) => IsReadable(() => _ = ConfigurationOptions.Parse(text) is { EndPoints.Count: > 0 } ? 0 : throw new FormatException());

    private static bool IsReadable(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            // What it says may hold a part of a password.
            return false;
        }
    }
}
