using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Reads the time of the database's clock. Instances compare times by this one clock, since their own may differ.
/// </summary>
internal sealed class DatabaseTime(IDatabaseEngine engine)
{
    private readonly string _sql = $"SELECT {engine.MillisecondsSince("{0}")} AS \"Value\"";

    /// <returns>UTC, in whole milliseconds.</returns>
    public async Task<DateTimeOffset> ReadAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        var milliseconds = await context.Database
            .SqlQueryRaw<double>(_sql, engine.ToColumn(DateTimeOffset.UnixEpoch))
            .ToListAsync(cancellationToken);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds[0]);
    }
}
