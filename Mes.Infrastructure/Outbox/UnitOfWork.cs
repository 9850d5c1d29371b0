using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>The changes of one request.</summary>
/// <remarks>
/// No execution strategy of EF Core retries here: it would run a committed save again and report a conflict with itself.
/// Instead every change of an order carries the id of its attempt. After an answer that was lost, the id is looked up in the
/// history; the same save is sent again only if it is not there, and can then take effect only once, because of the version
/// (or the primary key) that it expects (bug classes 21 and 22).
/// </remarks>
internal sealed partial class UnitOfWork(
    MesDbContext context,
    IDatabaseEngine engine,
    DatabaseWriteState writes,
    OutboxSweeper sweeper,
    OverdueChanges overdue,
    TimeProvider clock,
    ILogger<UnitOfWork> logger)
    : IUnitOfWork, IOutbox
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>A database that refuses changes seldom takes them a moment later, unless it is another server then.</summary>
    private static readonly TimeSpan RefusalBudget = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private OutboxRow? _tagRow;

    public bool HasChanges => context.ChangeTracker.HasChanges();

    public async Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags)
    {
        var changeId = Guid.CreateVersion7(clock.GetUtcNow());
        Guid? orderId = null;
        foreach (var entry in context.ChangeTracker.Entries<Order>().Where(entry => entry.State is EntityState.Added or EntityState.Modified))
        {
            entry.Property(MesDbContext.ChangeId).CurrentValue = changeId;
            orderId = entry.Entity.Id;
        }

        if (tags.Count > 0)
        {
            _tagRow = new OutboxRow { Tags = string.Join(' ', tags) };
            context.Add(_tagRow);
        }

        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await context.SaveChangesAsync(CancellationToken.None);
                writes.Accepted();
                return CommitOutcome.Committed;
            }
            catch (Exception exception) when (exception is DbUpdateConcurrencyException || engine.IsUniqueViolation(exception))
            {
                // Perhaps with ourselves: an earlier try of this very save that was still under way.
                return orderId is { } id && await IsCommittedAsync(id, changeId, started) ? CommitOutcome.Committed : CommitOutcome.Conflict;
            }
            catch (Exception exception) when (engine.FindRefusal(exception) is not null)
            {
                // Nothing has changed, for certain. Another connection may lead to the server that has taken over.
                if (clock.GetElapsedTime(started) > RefusalBudget)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                await Task.Delay(Pause, clock, CancellationToken.None);
            }
            catch (Exception exception) when (engine.IsTransient(exception))
            {
                AnswerLost(DatabaseTrouble.Explain(exception));
                if (orderId is not { } id)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                if (await IsCommittedAsync(id, changeId, started))
                {
                    return CommitOutcome.Committed;
                }

                if (clock.GetElapsedTime(started) > Budget)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                await Task.Delay(Pause, clock, CancellationToken.None);
            }
        }
    }

    public void Reset()
    {
        context.ChangeTracker.Clear();
        _tagRow = null;
    }

    public void PutConfirmed(Guid orderId, int version) => sweeper.Sweep(orderId, version);

    public Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow) =>
        overdue.SettleAsync(orderId, version, tags, hasRow);

    // A commit whose answer was lost has a row, but nobody knows its number.
    public Task HandOverTagsAsync(IReadOnlyCollection<string> tags) => _tagRow is { Id: > 0 } row ? overdue.SettleAsync(row.Id) : overdue.SettleAsync(tags);

    public void TagsConfirmed()
    {
        if (_tagRow is { Id: > 0 } row)
        {
            sweeper.Sweep(row.Id);
        }
    }

    /// <exception cref="DependencyUnavailableException">It could not be found out within the budget: the change may stand.
    /// The outbox row that would stand with it brings it into the cache.</exception>
    private async Task<bool> IsCommittedAsync(Guid orderId, Guid changeId, long started)
    {
        while (true)
        {
            try
            {
                return await context.History.AnyAsync(h => h.OrderId == orderId && h.ChangeId == changeId, CancellationToken.None);
            }
            catch (Exception exception) when (engine.IsTransient(exception))
            {
                if (clock.GetElapsedTime(started) > Budget)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                await Task.Delay(Pause, clock, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to a commit was lost; looking whether it stands ({Trouble})")]
    private partial void AnswerLost(string trouble);
}
