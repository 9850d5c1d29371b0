using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>The changes of one request.</summary>
/// <remarks>
/// No execution strategy of EF Core retries here: it would repeat a committed save and report a conflict with itself.
/// Instead, every change of an order has the id of its attempt. After a lost answer, the unit of work looks the id up
/// in the history, and repeats the save only if the id is not there. The save can then take effect only once, because
/// of the version (or the primary key) that it expects (bug classes 21 and 22).
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
    /// <summary>
    /// The time for one commit with all its attempts. It bounds how long a caller waits for its 503 when the server
    /// hangs.
    /// </summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>
    /// A database that refuses changes seldom accepts them a moment later, unless another server has taken over.
    /// </summary>
    private static readonly TimeSpan RefusalBudget = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private OutboxRow? _tagRow;

    public bool HasChanges => context.ChangeTracker.HasChanges();

    public async Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags)
    {
        var changeId = Guid.CreateVersion7(clock.GetUtcNow());
        Guid? orderId = null;
        var changed = context.ChangeTracker.Entries<Order>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified);
        foreach (var entry in changed)
        {
            entry.Property(OrderConfiguration.ChangeId).CurrentValue = changeId;
            orderId = entry.Entity.Id;
        }

        if (tags.Count > 0)
        {
            _tagRow = new OutboxRow { Tags = string.Join(' ', tags) };
            context.Add(_tagRow);
        }

        var started = clock.GetTimestamp();
        using var deadline = new Deadline(Budget, clock);
        var isAnswerLost = false;
        while (true)
        {
            try
            {
                await deadline.WaitAsync(context.Hold(SaveAsync(deadline.Token)));
                writes.Accepted();
                return CommitOutcome.Committed;
            }
            catch (Exception exception)
                when (exception is DbUpdateConcurrencyException || engine.IsUniqueViolation(exception))
            {
                // Perhaps a conflict with itself: an earlier attempt of this save that was still under way.
                return orderId is { } id && await IsCommittedAsync(id, changeId, deadline)
                    ? CommitOutcome.Committed
                    : CommitOutcome.Conflict;
            }
            catch (Exception exception) when (engine.IsKeyInProgress(exception))
            {
                // After a lost answer the other transaction may be this save's own first attempt.
                if (!isAnswerLost || orderId is not { } id || clock.GetElapsedTime(started) > Budget)
                {
                    return CommitOutcome.InProgress;
                }

                if (await IsCommittedAsync(id, changeId, deadline))
                {
                    return CommitOutcome.Committed;
                }

                await Task.Delay(Pause, clock, CancellationToken.None);
            }
            catch (Exception exception) when (engine.FindRefusal(exception) is not null)
            {
                // It is certain that nothing has changed. Another connection may lead to a server that has taken over.
                if (clock.GetElapsedTime(started) > RefusalBudget || context.Database.CurrentTransaction is not null)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                await Task.Delay(Pause, clock, CancellationToken.None);
            }
            catch (Exception exception) when (!deadline.IsOver && engine.IsTransient(exception))
            {
                AnswerLost(DatabaseTrouble.Explain(exception));
                isAnswerLost = true;
                if (orderId is not { } id)
                {
                    throw new DependencyUnavailableException("The database", exception);
                }

                if (await IsCommittedAsync(id, changeId, deadline))
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
        context.Database.CurrentTransaction?.Dispose();
        _tagRow = null;
    }

    public void PutConfirmed(Guid orderId, int version) => sweeper.Sweep(orderId, version);

    public Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow) =>
        overdue.HandOverAsync(orderId, version, tags, hasRow);

    // After a commit whose answer was lost there is a row, but its number is not known.
    public Task HandOverTagsAsync(IReadOnlyCollection<string> tags) =>
        _tagRow is { Id: > 0 } row ? overdue.HandOverAsync(row.Id) : overdue.HandOverAsync(tags);

    public void TagsConfirmed()
    {
        if (_tagRow is { Id: > 0 } row)
        {
            sweeper.Sweep(row.Id);
        }
    }

    /// <exception cref="DependencyUnavailableException">
    /// The database did not answer in time: the change may be committed. Then its outbox row brings it into the cache.
    /// </exception>
    private async Task<bool> IsCommittedAsync(Guid orderId, Guid changeId, Deadline deadline)
    {
        while (true)
        {
            try
            {
                return await deadline.WaitAsync(context.Hold(context.History.AnyAsync(
                    row => row.OrderId == orderId && row.ChangeId == changeId, deadline.Token)));
            }
            catch (Exception exception) when (!deadline.IsOver && engine.IsTransient(exception))
            {
                await Task.Delay(Pause, clock, CancellationToken.None);
            }
        }
    }

    private async Task<int> SaveAsync(CancellationToken cancellationToken)
    {
        var saved = await context.SaveChangesAsync(cancellationToken);
        if (context.Database.CurrentTransaction is { } transaction)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return saved;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The answer to a commit was lost; looking whether it stands ({Trouble})")]
    private partial void AnswerLost(string trouble);
}
