using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// The differences between the databases that the service runs on. PostgreSQL is for production; the embedded one is
/// for the zero-install start.
/// </summary>
public interface IDatabaseEngine
{
    /// <summary>For people: <c>PostgreSQL at db:5432</c>. Contains no credentials.</summary>
    string Description { get; }

    /// <summary>
    /// Whether a replaced database always has another <see cref="Identity"/>, even if it was replaced while no process
    /// of the service was running. If not, the service does not use what an earlier process has cached.
    /// </summary>
    bool IsIdentityLasting { get; }

    /// <summary>
    /// SQL for a text that identifies the database. It changes whenever the data may have been replaced: restored,
    /// failed over to another server, a table created anew. NULL in a database that only follows another. Any role may
    /// read it.
    /// </summary>
    string Identity { get; }

    /// <summary>
    /// SQL for the position of the database's log, a whole number. While the identity stays the same, it falls only if
    /// older files were put in the database's place. NULL if the database has no such position.
    /// </summary>
    string Position { get; }

    /// <summary>
    /// SQL that locks the selected rows and skips rows that other transactions have locked. Empty if the database has a
    /// single writer at a time anyway.
    /// </summary>
    string SkipLocked { get; }

    /// <summary>Sets connection, migrations, and the parts of the model that this engine alone has.</summary>
    void Configure(DbContextOptionsBuilder options);

    /// <summary>
    /// Begins a transaction whose reads all see the same moment, and which blocks no other transaction.
    /// </summary>
    Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>SQL for the time of the database's clock, shifted; comparable with a time column.</summary>
    string Now(int shiftMilliseconds = 0);

    /// <summary>
    /// SQL for a time long ago, whatever the clock shows; the later, the greater a number is. What is due then is due
    /// at once, in the order of the numbers.
    /// </summary>
    /// <param name="number">SQL for a whole number, not below 0.</param>
    string LongAgo(string number);

    /// <summary>SQL for how many milliseconds ago a time was, by the database's clock.</summary>
    string MillisecondsSince(string column);

    /// <summary>SQL for the day of a time column in UTC, a date.</summary>
    string UtcDay(string column);

    /// <summary>
    /// A query for the columns <c>Group</c>, <c>Count</c>, <c>Median</c> and <c>P90</c>: how many rows of a table each
    /// group has, and the nearest ranks of a value among them. Each rank is the smallest value that at least half, or
    /// nine tenths, of the rows do not exceed.
    /// </summary>
    string NearestRanks(string group, string value, string table, string where);

    /// <summary>Converts a time to the value of a time column, for statements written by hand.</summary>
    object ToColumn(DateTimeOffset time);

    /// <summary>
    /// SQL for <c>id</c> and <c>order_id</c> of the outbox rows that were marked overdue in the current epoch of their
    /// cell. It reads at most this many rows of a cell, however many rows of earlier epochs there are.
    /// </summary>
    string OverdueInPresentEpochs(int max);

    /// <summary>
    /// SQL for the condition that a row's <c>id</c> is one of a query's results. The query runs once and first; then
    /// the rows are found by their ids.
    /// </summary>
    string IdIn(string query);

    /// <summary>
    /// Whether the database is away, overloaded or refuses to work for now. The same statement may succeed later,
    /// perhaps after an operator has repaired something. It may also have succeeded already.
    /// </summary>
    bool IsTransient(Exception exception);

    /// <summary>
    /// Why a database that answers refuses changes, for people: <c>is read-only</c>. Null if the exception means
    /// something else.
    /// </summary>
    string? FindRefusal(Exception exception);

    /// <summary>Whether a row with the same key exists.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>
    /// Whether the statement failed because another transaction, which has not ended yet, uses the same idempotency
    /// key.
    /// </summary>
    bool IsKeyInProgress(Exception exception);

    /// <summary>
    /// To be called for every failure of a statement. If the open connections are no longer good, because they lead to
    /// a server that is not the primary any more or have cached tables as they were, none of them is used again.
    /// </summary>
    void Failed(Exception exception);

    /// <summary>The names of the service's triggers that an operator has disabled.</summary>
    Task<IReadOnlyCollection<string>> FindDisabledTriggersAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>Enables the service's triggers again.</summary>
    Task EnableTriggersAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>Waits until an outbox row is due at once, but no longer than the limit.</summary>
    Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the outbox rows of changes whose puts are confirmed: exactly these versions of these orders, by
    /// position. The deletion need not survive a crash of the database: if a row comes back, the relay finds that the
    /// cache has the change.
    /// </summary>
    Task DeleteConfirmedAsync(
        DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken);

    /// <summary>Waits until an instance has given out positions in the feed, but no longer than the limit.</summary>
    Task WaitForEventsAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>
    /// Moves events from the queue to the feed, in the transaction that is open on the context. Until it ends, no other
    /// instance gives out positions. The commit survives a crash of the database.
    /// </summary>
    /// <param name="after">Looks at events with higher ids only.</param>
    /// <param name="ready">SQL for the condition on a row <c>q</c> of the queue that it may be moved.</param>
    /// <param name="window">How many events to look at.</param>
    /// <param name="max">How many events to move.</param>
    /// <returns>Null if another instance is at it.</returns>
    Task<NumberedEvents?> NumberEventsAsync(
        DbContext context, long after, string ready, int window, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Notes how far the queue's ids have been drawn, for <see cref="FindQueueFloorAsync"/>. To be called outside of
    /// transactions.
    /// </summary>
    /// <returns>Null if the database does not need it, because reading past deleted rows costs it nothing.</returns>
    Task<QueueMark?> MarkQueueAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Finds an id up to which the queue has no events and never will. So they need not be looked for among deleted
    /// rows, which an open transaction keeps in the table.
    /// </summary>
    /// <returns>
    /// Null while a transaction is open that may have drawn an id before the mark and not committed it.
    /// </returns>
    Task<long?> FindQueueFloorAsync(DbContext context, QueueMark mark, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the sequencers of all instances from giving out positions until the transaction that is open on the
    /// context ends. The database ends it if this instance stands still.
    /// </summary>
    Task HoldFeedAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>SQL that does the same, as the first of statements that are executed together; may be empty.</summary>
    string HoldFeed { get; }

    /// <summary>
    /// Executes statements, separated by semicolons, all or none. They cost one round trip, and no transaction stays
    /// open if this instance stands still.
    /// </summary>
    Task ExecuteTogetherAsync(
        DbContext context, string statements, object?[] parameters, CancellationToken cancellationToken);

    /// <summary>
    /// Claims lanes of webhooks that are due: of each webhook as many as it may have under way, the longest due first;
    /// and all that are out of turn.
    /// </summary>
    /// <param name="claim">Marks the lanes that were claimed.</param>
    /// <returns>How many were claimed.</returns>
    Task<int> ClaimLanesAsync(
        DbContext context, Guid claim, LaneClaims claims, CancellationToken cancellationToken);
}
