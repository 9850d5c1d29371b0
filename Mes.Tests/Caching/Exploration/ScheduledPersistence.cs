using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Persistence;
using Mes.Domain.Orders;

namespace Mes.Tests.Caching.Exploration;

/// <summary>Repository, unit of work and outbox of one request, on the schedule's <see cref="OrderTable"/>.</summary>
internal sealed class ScheduledPersistence : IOrderRepository, IUnitOfWork, IOutbox
{
    private readonly Actor _actor = Actor.Current;
    private Order? _order;
    private int _loadedVersion;

    public bool HasChanges => _order is not null && _order.Version != _loadedVersion;

    private Schedule Schedule => _actor.Schedule;

    private OrderTable Table => Schedule.Table;

    public async Task<Order?> FindAsync(IOrderCommand command, CancellationToken cancellationToken)
    {
        _order = await StepAsync("loads", () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Table.Load();
        });
        _loadedVersion = _order?.Version ?? 0;
        return _order;
    }

    public Task<EarlierSubmissions> FindEarlierAsync(SubmitOrder command, CancellationToken cancellationToken) =>
        StepAsync("looks for the reference", () => new EarlierSubmissions(
            Table.ExternalId == command.ExternalId ? Table.Read()?.Id : null, WithKey: null));

    public void Add(IOrderCommand command, Order order) => (_order, _loadedVersion) = (order, 0);

    public Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags) =>
        StepAsync($"commits v{_order!.Version}", () => Table.TryCommit(_order, _loadedVersion, _actor)
            ? CommitOutcome.Committed
            : CommitOutcome.Conflict);

    public void Reset() => (_order, _loadedVersion) = (null, 0);

    public void PutConfirmed(Guid orderId, int version) =>
        Schedule.Sweep(() => Table.Outbox.RemoveAll(row => row.Version == version));

    /// <summary>
    /// Returns when the row is gone. Here all licences are taken to be alive, so that every hit counts. The real outbox
    /// may also return when all licences have run out, which is the licences' part of the protocol.
    /// </summary>
    public async Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow)
    {
        await StepAsync("marks overdue", () =>
        {
            if (!hasRow)
            {
                Table.Outbox.Add(new OutboxEntry(version, _actor));
            }

            var rows = Table.Outbox.FindAll(row => row.Version == version);
            rows.ForEach(row => row.MarkOverdue());
            return rows.Count;
        });

        await Schedule.StepAsync(
            _actor, "sees its row gone", () => new ValueTask<int>(version), isPossible: () =>
                Table.Outbox.TrueForAll(row => row.Version != version));
    }

    public void TagsConfirmed() => throw new NotSupportedException();

    public Task HandOverTagsAsync(IReadOnlyCollection<string> tags) => throw new NotSupportedException();

    private Task<T> StepAsync<T>(string what, Func<T> act) => Schedule.StepAsync(_actor, what, () =>
    {
        try
        {
            return new ValueTask<T>(act());
        }
        catch (OperationCanceledException exception)
        {
            return ValueTask.FromException<T>(exception);
        }
    });
}
