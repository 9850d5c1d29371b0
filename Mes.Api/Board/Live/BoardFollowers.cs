using System.Diagnostics.Metrics;
using Mes.Api.Http;
using Mes.Application;
using Mes.Application.Persistence;
using Mes.Domain.Callers;

namespace Mes.Api.Board.Live;

/// <summary>The streams of this instance, and the place in the feed that all of them have come to.</summary>
internal sealed class BoardFollowers
{
    public const int MaxPerKey = 10;

    private readonly Lock _changing = new();
    private readonly List<BoardFollower> _all = [];
    private readonly CountFromZero _dropped;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FeedPlace? _place;

    public BoardFollowers(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge(
            "mes.board.streams", () => Count, description: "Streams of the board that this instance serves.");
        _dropped = new CountFromZero(
            meter, "mes.board.streams.dropped", "Streams that were ended because their client did not read.");
    }

    public int Count
    {
        get
        {
            lock (_changing)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Completes when the end of the feed has been found for the first time.</summary>
    public Task Begun => _begun.Task;

    public BoardFollower[] All
    {
        get
        {
            lock (_changing)
            {
                return [.. _all];
            }
        }
    }

    /// <returns>The follower, which must leave at the end; null if the key has too many.</returns>
    /// <exception cref="DependencyUnavailableException">The end of the feed has not been found yet.</exception>
    public BoardFollower? TryEnter(Credential credential, Caller caller, string keyId)
    {
        lock (_changing)
        {
            if (_all.Count(follower => follower.KeyId == keyId) >= MaxPerKey)
            {
                return null;
            }

            var place = _place ?? throw new DependencyUnavailableException("The database", null);
            var entered = new BoardFollower(credential, caller, keyId, place);
            _all.Add(entered);
            return entered;
        }
    }

    public void Leave(BoardFollower follower)
    {
        lock (_changing)
        {
            _all.Remove(follower);
        }
    }

    public void Dropped() => _dropped.Add();

    /// <summary>Moves on if no stream is there to be told of what is passed.</summary>
    public bool TryPass(FeedPlace reached)
    {
        lock (_changing)
        {
            if (_all.Count > 0)
            {
                return false;
            }

            _place = reached;
            return true;
        }
    }

    /// <summary>Tells all streams. One that enters later begins behind it.</summary>
    public void Tell(IReadOnlyList<LiveCard> cards, FeedPlace reached)
    {
        lock (_changing)
        {
            _place = reached;
            _all.ForEach(follower => follower.Add(cards, reached));
        }
    }

    /// <summary>Has all streams begin anew: the feed has another past.</summary>
    public void Reset(FeedPlace reached)
    {
        lock (_changing)
        {
            _place = reached;
            _begun.TrySetResult();
            _all.ForEach(follower =>
            {
                follower.Reset();
                follower.Add([], reached);
            });
        }
    }

    public void TellCounts(byte[] counts)
    {
        lock (_changing)
        {
            _all.ForEach(follower => follower.AddCounts(counts));
        }
    }

    public void TellBeat(byte[] beat)
    {
        lock (_changing)
        {
            _all.ForEach(follower => follower.AddBeat(beat));
        }
    }
}
