using System.Globalization;
using System.Text;
using Mes.Api.Http;
using Mes.Application.Events;
using Mes.Application.Json;
using Mes.Application.Operations;
using Mes.Application.Snapshots;

namespace Mes.Api.Board.Live;

/// <summary>
/// Follows the feed of events once for all streams of this instance, and tells them of the orders that have changed.
/// </summary>
/// <remarks>
/// A stream never tells a version before the feed does: a later read could be told an older one. So an order that was
/// read in a newer version is held until the feed has come to that version. Each order's versions are told in their
/// order, since the feed tells them so and each is read after its event.
/// </remarks>
internal sealed partial class BoardFeed(
    IEventSource events,
    IEventCursors cursors,
    LiveBoard board,
    BoardFollowers followers,
    CallerIdentification callers,
    ISystemStatus status,
    TimeProvider clock,
    ILogger<BoardFeed> logger)
    : BackgroundService
{
    /// <summary>What a cursor of the stream is bound to.</summary>
    public const string CursorScope = "board-stream";

    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    private const int Batch = 500;

    /// <summary>The shortest time from one telling to the next: what changes in between is told together.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan CountsEvery = TimeSpan.FromSeconds(1);

    /// <summary>Streams end well within two seconds of their key.</summary>
    private static readonly TimeSpan CheckKeysEvery = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    /// <summary>The end of the feed is confirmed several times a second; that is not called behind.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, OrderSnapshot> _held = [];
    private EventPosition _position;
    private long? _untoldSince;
    private long? _countedAt;
    private bool _isCountDue;
    private bool _isFailing;

    /// <summary>How long ago something happened at most that the streams have not been told.</summary>
    private TimeSpan Behind
    {
        get
        {
            var untold = _untoldSince is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
            TimeSpan[] behind = [untold, status.FeedAge ?? TimeSpan.Zero, status.OldestEvent];
            return behind.Max() is var longest && longest > Fresh ? longest : TimeSpan.Zero;
        }
    }

    public FeedPlace PlaceOf(EventPosition position) =>
        new(position, SentEvent.Id(cursors.Protect(position, CursorScope)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await status.WaitUntilReadyAsync(stoppingToken);
        await Task.WhenAll(FollowAsync(stoppingToken), BeatAsync(stoppingToken), CheckKeysAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        await RetryAsync(() => BeginAsync(stoppingToken), stoppingToken);
        while (true)
        {
            await WaitAsync(stoppingToken);
            await RetryAsync(() => GoOnAsync(stoppingToken), stoppingToken);
            if (_isCountDue && !(_countedAt is { } at && clock.GetElapsedTime(at) < CountsEvery))
            {
                await TryAsync(() => CountAsync(stoppingToken), stoppingToken);
            }

            await Task.Delay(Pace, clock, stoppingToken);
        }
    }

    /// <summary>Begins at the end of the feed.</summary>
    private async Task BeginAsync(CancellationToken stoppingToken)
    {
        _position = await events.FindEndAsync(stoppingToken);
        _held.Clear();
        followers.Reset(PlaceOf(_position));
    }

    /// <summary>Waits for events, or until the counts are due.</summary>
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        var rest = !_isCountDue ? Timeout.InfiniteTimeSpan
            : _countedAt is { } at && CountsEvery - clock.GetElapsedTime(at) is var left && left > TimeSpan.Zero ? left
            : TimeSpan.Zero;
        using var due = new CancellationTokenSource(rest, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, due.Token);
        try
        {
            await events.WaitAsync(_position, null, limit.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The counts are due.
        }
    }

    private async Task GoOnAsync(CancellationToken stoppingToken)
    {
        _untoldSince ??= clock.GetTimestamp();
        if (await events.ReadAsync(_position, null, Batch, stoppingToken) is not { } slice)
        {
            await BeginAsync(stoppingToken);
        }
        else if (slice.End != _position)
        {
            var reached = PlaceOf(slice.End);
            if (followers.TryPass(reached))
            {
                _held.Clear();
            }
            else
            {
                followers.Tell(await CardsAsync(slice.Items, stoppingToken), reached);
                _isCountDue = true;
            }

            _position = slice.End;
        }

        _untoldSince = null;
    }

    /// <summary>The orders of these events, in versions that the feed has come to.</summary>
    private async Task<IReadOnlyList<LiveCard>> CardsAsync(
        IReadOnlyList<FeedEvent> news, CancellationToken stoppingToken)
    {
        var told = new Dictionary<Guid, int>();
        foreach (var item in news)
        {
            told[item.OrderId] = item.Version;
        }

        var wanted = told.Where(order => !(_held.TryGetValue(order.Key, out var held) && held.Version >= order.Value))
            .ToDictionary();
        foreach (var order in await board.ReadAsync(wanted, stoppingToken))
        {
            _held[order.Id] = order;
        }

        List<LiveCard> cards = [];
        foreach (var (orderId, version) in told)
        {
            if (_held[orderId].Version <= version && _held.Remove(orderId, out var order))
            {
                cards.Add(LiveBoard.CardOf(order));
            }
        }

        return cards;
    }

    /// <summary>Nothing is told meanwhile, so the counts are not older than what was told.</summary>
    private async Task CountAsync(CancellationToken stoppingToken)
    {
        _countedAt = clock.GetTimestamp();
        if (await board.ReadCountsAsync(stoppingToken) is { } counts)
        {
            _isCountDue = false;
            followers.TellCounts(counts);
        }
    }

    private async Task BeatAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BeatEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var at = Rfc3339.Write(clock.GetUtcNow());
            followers.TellBeat(SentEvent.Of("beat", Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"at\":\"{at}\",\"behindMs\":{(long)Behind.TotalMilliseconds}}}"))));
        }
    }

    private async Task CheckKeysAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckKeysEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Task.WhenAll(followers.All.Select(follower => CheckKeyAsync(follower, stoppingToken)));
        }
    }

    private async Task CheckKeyAsync(BoardFollower follower, CancellationToken stoppingToken)
    {
        try
        {
            if (!await callers.IsGoodAsync(follower.Credential, follower.Caller, stoppingToken))
            {
                follower.End();
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // The database has not answered for so long that no key is good any more.
            KeyNotChecked(exception);
            follower.End();
        }
    }

    private async Task RetryAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        while (!await TryAsync(work, stoppingToken))
        {
            await Task.Delay(Retry, clock, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
            if (_isFailing)
            {
                WorksAgain();
            }

            _isFailing = false;
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                Fails(exception.Message);
            }

            _isFailing = true;
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Following the feed for the streams of the board fails; it is tried again ({Trouble})")]
    private partial void Fails(string trouble);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "The key of a stream cannot be checked: the stream is ended")]
    private partial void KeyNotChecked(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Following the feed for the streams of the board works again")]
    private partial void WorksAgain();
}
