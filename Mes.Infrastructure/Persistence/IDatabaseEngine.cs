using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mes.Infrastructure.Persistence;

/// <summary>What differs between the databases the service runs on. PostgreSQL is the one for production; the embedded one serves the zero-install start.</summary>
public interface IDatabaseEngine
{
    /// <summary>For people: <c>PostgreSQL at db:5432</c>. Without credentials.</summary>
    string Description { get; }

    /// <summary>Connection and migrations.</summary>
    void Configure(DbContextOptionsBuilder options);

    /// <summary>A transaction whose reads all see the same moment, and which holds nobody up.</summary>
    Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>SQL for the database's own clock, shifted by so many milliseconds; comparable with a time column.</summary>
    string Now(int shiftMilliseconds = 0);

    /// <summary>SQL for how many milliseconds ago a time was, by the database's clock.</summary>
    string MillisecondsSince(string column);

    /// <summary>
    /// SQL for which database this is, a text: another one wherever the data may have been replaced (restored, failed over to another
    /// server, a table made anew). NULL in a database that only follows another. Any role may ask.
    /// </summary>
    string Identity { get; }

    /// <summary>
    /// SQL for how far the database's log has come, a whole number that never falls while the identity stays the same, unless older files were
    /// put back in its place. NULL where there is nothing of the kind.
    /// </summary>
    string Position { get; }

    /// <summary>
    /// Another database has another identity, also where it was put in place while no process of the service was running. Where this is not
    /// so, nothing that was cached by an earlier process is used.
    /// </summary>
    bool IsIdentityLasting { get; }

    /// <summary>SQL for a time column's day in UTC, a date.</summary>
    string UtcDay(string column);

    /// <summary>
    /// A query for the columns <c>Group</c>, <c>Count</c>, <c>Median</c> and <c>P90</c>: how many rows of a table each group has, and
    /// the nearest ranks of a value among them, each the smallest value that at least half or nine tenths of the rows are not above.
    /// </summary>
    string NearestRanks(string group, string value, string table, string where);

    /// <summary>A time as its column has it, for statements written by hand.</summary>
    object ToColumn(DateTimeOffset time);

    /// <summary>SQL that locks the selected rows and leaves out those that others have locked; empty where there is one writer at a time anyway.</summary>
    string SkipLocked { get; }

    /// <summary>
    /// SQL for <c>id</c> and <c>order_id</c> of the outbox rows that were marked overdue in the present epoch of their cell. Reads no more
    /// than so many of a cell, however many there are of epochs that are over.
    /// </summary>
    string OverdueInPresentEpochs(int most);

    /// <summary>SQL for: the row's <c>id</c> is one of a query's, which is carried out once and first, and whose rows are then found by their ids.</summary>
    string IdIn(string query);

    /// <summary>
    /// The database is away, overloaded or refuses to work for now; the same statement may succeed later, perhaps after somebody has mended
    /// something. It may also have succeeded now.
    /// </summary>
    bool IsTransient(Exception exception);

    /// <summary>What keeps a database that answers from taking changes, in words for people: <c>is read-only</c>; null where it is something else.</summary>
    string? FindRefusal(Exception exception);

    /// <summary>
    /// To be told of every failure of a statement. Where the connections that are open cannot do better, be it that they lead to a server
    /// that is not the primary any more, or remember tables as they were, none of them is used again.
    /// </summary>
    void Failed(Exception exception);

    /// <summary>The rules that the database should keep itself and does not, because somebody has switched them off; by name.</summary>
    Task<IReadOnlyCollection<string>> FindDisabledTriggersAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>Switches them on again.</summary>
    Task EnableTriggersAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>Something with the same key exists.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>Waits until an outbox row wants attention at once, but no longer than the limit.</summary>
    Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the outbox rows of exactly these versions of these orders, each version at the place of its order. The deletion need not
    /// survive a crash of the database: a row that comes back is found settled by the relay.
    /// </summary>
    Task DeleteConfirmedAsync(DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken);
}
