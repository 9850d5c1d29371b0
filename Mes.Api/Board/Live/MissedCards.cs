using Mes.Application.Events;
using Mes.Application.Persistence;

namespace Mes.Api.Board.Live;

/// <summary>Finds what a stream that comes back has missed.</summary>
internal sealed class MissedCards(IEventSource events, LiveBoard board, TimeProvider clock)
{
    private const int Batch = 500;

    /// <summary>Of events about the same few orders there may be very many.</summary>
    private const int MaxBatches = 100;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    /// <summary>Sends the follower what it has missed, or has it load the board anew.</summary>
    /// <param name="from">The last place that it was told.</param>
    public async Task SendAsync(BoardFollower follower, EventPosition from, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await FindAsync(from, follower.Start.Position, cancellationToken) is { } cards)
                {
                    follower.CaughtUp(cards);
                }
                else
                {
                    follower.Reset();
                }

                return;
            }
            catch (DependencyUnavailableException)
            {
                // The stream goes on, and its beats tell how far behind it is.
                await Task.Delay(Retry, clock, cancellationToken);
            }
        }
    }

    /// <returns>Null if there is too much, or if the feed does not have the place.</returns>
    private async Task<IReadOnlyList<LiveCard>?> FindAsync(
        EventPosition from, EventPosition until, CancellationToken cancellationToken)
    {
        var told = new Dictionary<Guid, int>();
        for (var batches = 0; batches < MaxBatches; batches++)
        {
            if (await events.ReadAsync(from, null, Batch, cancellationToken) is not { } slice)
            {
                return null;
            }

            foreach (var item in slice.Items)
            {
                told[item.OrderId] = item.Version;
            }

            if (told.Count > BoardFollower.MaxCards)
            {
                return null;
            }

            from = slice.End;
            if (!slice.HasMore || from.Number >= until.Number)
            {
                // The feed tells of a newer version later, when the stream has come to it.
                var orders = await board.ReadAsync(told, cancellationToken);
                return [.. orders.Where(order => order.Version == told[order.Id]).Select(LiveBoard.CardOf)];
            }
        }

        return null;
    }
}
