using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>What the database answered to the one question that <see cref="LicencePoll"/> asks, word for word.</summary>
/// <param name="AskedAt">A timestamp of the instance's own monotonic clock, from before it was asked.</param>
/// <param name="AskedAtWallClock">The same moment by the wall clock.</param>
/// <param name="Database">Which one it is; null for one that only follows another.</param>
/// <param name="Position">How far its log has come; null where it has none.</param>
/// <param name="ApiKeyRevision">Of the API keys' table.</param>
/// <param name="Cells">In order.</param>
/// <param name="Overdue">The orders whose changes could not be put.</param>
/// <param name="OverdueCount">How many rows were named.</param>
internal sealed record PollResult(
    long AskedAt,
    DateTimeOffset AskedAtWallClock,
    string? Database,
    long? Position,
    long ApiKeyRevision,
    IReadOnlyList<PollResult.Cell> Cells,
    IReadOnlySet<Guid> Overdue,
    int OverdueCount)
{
    /// <param name="Database">The one that the epoch was begun by.</param>
    internal sealed record Cell(long Epoch, string? DataSet, string? Database, int Layout, bool IsSettled, bool IsOutage);
}
