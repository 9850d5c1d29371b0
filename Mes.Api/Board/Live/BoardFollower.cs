using Mes.Api.Http;
using Mes.Domain.Callers;

namespace Mes.Api.Board.Live;

/// <summary>
/// One stream: what is to be sent to it, at most one event of each order. The feed adds, and the request takes and
/// writes. A follower that does not keep up gets newer versions in place of older ones, and beyond a bound is told to
/// load the board anew.
/// </summary>
internal sealed class BoardFollower
{
    /// <summary>The most cards that wait to be sent. With more, loading the board anew is cheaper.</summary>
    public const int MaxCards = 1_000;

    private readonly Lock _changing = new();

    // Neither has anything to dispose of, and the feed may still hold a follower that has left.
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _ended = new();

    private readonly LinkedList<Waiting> _waiting = new();
    private readonly Dictionary<Guid, LinkedListNode<Waiting>> _cards = [];
    private LinkedListNode<Waiting>? _counts;
    private FeedPlace _sent;
    private FeedPlace _reached;
    private byte[]? _beat;
    private bool _isCatchingUp;
    private bool _isReset;

    /// <param name="start">Where the feed is: what comes behind is added.</param>
    public BoardFollower(Credential credential, Caller caller, string keyId, FeedPlace start) =>
        (Credential, Caller, KeyId, Start, _sent, _reached) = (credential, caller, keyId, start, start, start);

    public Credential Credential { get; }

    public Caller Caller { get; }

    public string KeyId { get; }

    public FeedPlace Start { get; }

    /// <summary>Cancelled when the stream is to end.</summary>
    public CancellationToken Ended => _ended.Token;

    public void End() => _ended.Cancel();

    /// <summary>
    /// Says that the follower has not been sent what came before <see cref="Start"/>. Until <see cref="CaughtUp"/>
    /// only beats are sent, so that no id tells of more than was sent.
    /// </summary>
    public void CatchUpFrom(FeedPlace sent)
    {
        lock (_changing)
        {
            _sent = sent;
            _isCatchingUp = true;
        }
    }

    /// <param name="missed">What came before <see cref="Start"/>.</param>
    public void CaughtUp(IEnumerable<LiveCard> missed)
    {
        lock (_changing)
        {
            // Not if it was told to load the board anew meanwhile: it has newer cards then.
            if (_isCatchingUp)
            {
                _isCatchingUp = false;
                foreach (var card in missed)
                {
                    AddNewer(card);
                }
            }
        }

        Notify();
    }

    /// <summary>Has the follower load the board anew: something may be missing.</summary>
    public void Reset()
    {
        lock (_changing)
        {
            BeginAnew();
        }

        Notify();
    }

    /// <summary>Adds what the feed has come to.</summary>
    /// <param name="reached">The place behind these cards.</param>
    public void Add(IReadOnlyList<LiveCard> cards, FeedPlace reached)
    {
        lock (_changing)
        {
            _reached = reached;
            foreach (var card in cards)
            {
                AddNewer(card);
            }
        }

        Notify();
    }

    /// <summary>Adds the counts of the columns, which are not older than any card that was added before.</summary>
    public void AddCounts(byte[] counts)
    {
        lock (_changing)
        {
            if (_counts is not null)
            {
                _waiting.Remove(_counts);
            }

            _counts = _waiting.AddLast(new Waiting(counts, null));
        }

        Notify();
    }

    public void AddBeat(byte[] beat)
    {
        lock (_changing)
        {
            _beat = beat;
        }

        Notify();
    }

    /// <summary>Waits until there is something to send, and takes it.</summary>
    /// <returns>What to write, in order; never empty.</returns>
    /// <exception cref="OperationCanceledException">The stream is to end.</exception>
    public async Task<IReadOnlyList<byte[]>> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _news.WaitAsync(cancellationToken);
            var taken = Take();
            if (taken.Count > 0)
            {
                return taken;
            }
        }
    }

    private List<byte[]> Take()
    {
        lock (_changing)
        {
            List<byte[]> taken = [];
            if (!_isCatchingUp)
            {
                if (_isReset)
                {
                    // The board that is loaded now has everything until here.
                    _isReset = false;
                    _sent = _reached;
                    taken.AddRange([SentEvent.Of("reset", "{}"u8), _sent.Line]);
                }

                for (var node = _waiting.First; node is not null; node = node.Next)
                {
                    // Before the last event has been sent, going on means to hear of all of them again.
                    _sent = node.Next is null ? _reached : _sent;
                    taken.AddRange([node.Value.Event, _sent.Line]);
                }

                _waiting.Clear();
                _cards.Clear();
                _counts = null;
                _sent = _reached;
            }

            if (_beat is not null)
            {
                taken.AddRange([_beat, _sent.Line]);
                _beat = null;
            }

            return taken;
        }
    }

    private void AddNewer(LiveCard card)
    {
        if (_isReset)
        {
            return;
        }

        if (_cards.Remove(card.OrderId, out var known))
        {
            if (known.Value.Card!.Version > card.Version)
            {
                _cards.Add(card.OrderId, known);
                return;
            }

            // To the end: counts that wait are older than this card.
            _waiting.Remove(known);
        }

        _cards.Add(card.OrderId, _waiting.AddLast(new Waiting(card.Event, card)));
        if (_cards.Count > MaxCards)
        {
            BeginAnew();
        }
    }

    private void BeginAnew()
    {
        _isReset = true;
        _isCatchingUp = false;
        _waiting.Clear();
        _cards.Clear();
        _counts = null;
    }

    private void Notify()
    {
        if (_news.CurrentCount == 0)
        {
            _news.Release();
        }
    }

    private readonly record struct Waiting(byte[] Event, LiveCard? Card);
}
