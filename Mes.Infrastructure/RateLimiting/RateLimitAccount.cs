using Mes.Application.RateLimiting;

namespace Mes.Infrastructure.RateLimiting;

/// <summary>
/// The permits of one caller, as one instance spends them. It takes a portion from what all instances share and spends
/// that without asking; in the background it asks for more. So most requests do not wait for Redis, and none waits for
/// it longer than a read does (docs/decisions/0047).
/// </summary>
/// <remarks>
/// Requests that wait share the question that is asked next. While there is no answer, the instance grants the whole
/// limit by itself, and tells what it has spent when there is one again.
/// </remarks>
internal sealed class RateLimitAccount : IRateLimitAccount
{
    /// <summary>
    /// A window of one instance may have this part of the limit on top. Only after a loss of what Redis has counted
    /// does it refuse anything.
    /// </summary>
    private const int OwnSurplusPart = 10;

    private readonly string _partition;
    private readonly RateLimitTerms _terms;
    private readonly IRateLimitStore? _store;
    private readonly TimeProvider _clock;
    private readonly Action _refused;
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = [];
    private readonly OwnWindow _own;
    private readonly long _holdTime;
    private readonly long _viewTime;
    private readonly long _returnTime;

    /// <summary>What the instance holds unspent, what Redis knows of that, and until when it may be spent.</summary>
    private long _portion;
    private long _held;
    private long _portionUntil;

    /// <summary>What all instances have spent, as far as this one knows, and how long it may rely on that.</summary>
    private long _spent;
    private long _viewUntil;
    private long _backAt;

    /// <summary>What goes back with the next question, and since when it may have been granted.</summary>
    private long _returned;
    private long _returnedSince;

    /// <summary>What was spent without asking, and until when the instance does not ask.</summary>
    private long _debt;
    private long _aloneUntil;

    /// <summary>Until when requests that cost so much, or more, are refused without asking.</summary>
    private long _refusedUntil;
    private long _refusedCost;
    private long _retryAt;

    private bool _isAsking;
    private long _usedAt;

    /// <param name="store">Null where the instance has no other beside it.</param>
    /// <param name="refused">Called for each refusal.</param>
    public RateLimitAccount(
        string partition, RateLimitTerms terms, IRateLimitStore? store, TimeProvider clock, Action refused)
    {
        (_partition, _terms, _store, _clock, _refused) = (partition, terms, store, clock, refused);
        _own = new OwnWindow(Timestamps(terms.Policy.Window));
        _holdTime = Timestamps(terms.HoldTime);
        _viewTime = Timestamps(terms.ViewTime);
        _returnTime = Timestamps(terms.Policy.Window / 2);
        _usedAt = clock.GetTimestamp();
    }

    public RateLimitPolicy Policy => _terms.Policy;

    public ValueTask<RateLimitDecision> TakeAsync(int permits = 1)
    {
        var cost = Math.Min((long)permits * RateLimitPolicy.Tenths, _terms.Limit);
        Waiter? waiter = null;
        RateLimitDecision decision;
        bool asks;
        lock (_lock)
        {
            var now = _usedAt = _clock.GetTimestamp();
            if (_waiting.Count > 0 || !TryDecide(now, cost, out decision))
            {
                decision = default;
                _waiting.Enqueue(waiter = new Waiter(cost));
            }

            // Half of what it holds is left to spend until the answer is there.
            asks = !_isAsking && (waiter is not null || (_portion < _held / 2 && now >= _aloneUntil));
            _isAsking |= asks;
        }

        if (asks)
        {
            _ = AskAsync(cost);
        }

        return waiter is null ? new(decision) : new(waiter.Task);
    }

    public RateLimitDecision Refund(long tenths, RateLimitDecision granted)
    {
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            _own.Remove(now, tenths);
            if (_debt > 0)
            {
                _debt = Math.Max(_debt - tenths, 0);
            }
            else if (!_isAsking && now < _portionUntil && _portion + tenths <= _held)
            {
                _portion += tenths;
            }
            else
            {
                GiveBack(tenths, granted.TakenAt);
            }

            _spent = Math.Max(_spent - tenths, 0);
            return Granted(now);
        }
    }

    /// <summary>Gives back what the caller has left unused, so that other instances can grant it.</summary>
    public void ReturnUnused()
    {
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            if (_isAsking || _portion == 0 || now < _usedAt + (_holdTime / 2) || now < _aloneUntil)
            {
                return;
            }

            GiveBack(_portion, Math.Min(now, _portionUntil));
            _portion = 0;
            _isAsking = true;
        }

        _ = AskAsync(0);
    }

    public RateLimitDecision Standing()
    {
        lock (_lock)
        {
            return Granted(_clock.GetTimestamp());
        }
    }

    /// <summary>Whether nothing of it matters any more.</summary>
    public bool IsIdle()
    {
        lock (_lock)
        {
            return !_isAsking && _clock.GetElapsedTime(_usedAt) > _terms.Policy.Window * 2;
        }
    }

    /// <summary>Decides without asking where that is possible.</summary>
    private bool TryDecide(long now, long cost, out RateLimitDecision decision)
    {
        if (_store is null || now < _aloneUntil)
        {
            decision = DecideAlone(now, cost);
            return true;
        }

        if (_portion >= cost && now < _portionUntil && now < _viewUntil && IsInOwnWindow(now, cost))
        {
            _portion -= cost;
            _spent += cost;
            _own.Add(now, cost);
            decision = Granted(now);
            return true;
        }

        if (now < _refusedUntil && cost >= _refusedCost && cost > 0)
        {
            decision = Refused(now, _retryAt);
            return true;
        }

        decision = default;
        return false;
    }

    private RateLimitDecision DecideAlone(long now, long cost)
    {
        var sum = _own.Sum(now);
        if (sum + cost > _terms.Limit && cost > 0)
        {
            (_spent, _backAt) = (sum, _own.WhenAtMost(now, sum - 1));
            return Refused(now, _own.WhenAtMost(now, _terms.Limit - cost));
        }

        _own.Add(now, cost);
        _debt += cost;
        (_spent, _backAt) = (sum + cost, _own.WhenAtMost(now, sum + cost - 1));
        return Granted(now);
    }

    private bool IsInOwnWindow(long now, long cost) =>
        cost == 0 || _own.Sum(now) + cost <= _terms.Limit + (_terms.Limit / OwnSurplusPart);

    /// <param name="takenAt">When it was taken of what the instance held, or was granted.</param>
    private void GiveBack(long amount, long takenAt)
    {
        var since = takenAt - _holdTime;
        _returnedSince = _returned == 0 ? since : Math.Min(_returnedSince, since);
        _returned += amount;
    }

    /// <summary>Asks once, and then for those that wait, until none does.</summary>
    /// <param name="cost">What the next request may cost, where none waits.</param>
    private async Task AskAsync(long cost)
    {
        List<Waiter> asking = [];
        var isFirst = true;
        try
        {
            while (true)
            {
                RateLimitQuestion question;
                long askedAt;
                lock (_lock)
                {
                    asking.Clear();
                    while (_waiting.TryPeek(out var next) && (asking.Count == 0 || next.Cost == asking[0].Cost))
                    {
                        asking.Add(_waiting.Dequeue());
                    }

                    if (asking.Count == 0 && !isFirst)
                    {
                        _isAsking = false;
                        return;
                    }

                    isFirst = false;
                    askedAt = _clock.GetTimestamp();
                    question = Question(askedAt, asking.Count == 0 ? cost : asking[0].Cost, asking.Count);
                }

                var grant = await _store!.AskAsync(_partition, _terms, question);
                lock (_lock)
                {
                    Apply(grant, question, askedAt, asking);
                }
            }
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                _isAsking = false;
                asking.AddRange(_waiting);
                _waiting.Clear();
            }

            // Where none waits, the next request asks again.
            foreach (var waiter in asking)
            {
                waiter.TrySetException(exception);
            }
        }
    }

    private RateLimitQuestion Question(long now, long cost, int requests)
    {
        if (now >= _portionUntil && _portion > 0)
        {
            GiveBack(_portion, _portionUntil);
            _portion = 0;
        }

        // What was granted long ago may count no more, and then must not be taken off.
        var question = new RateLimitQuestion(
            cost,
            cost * requests,
            _portion,
            now - _returnedSince < _returnTime ? _returned : 0,
            _returned == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(_returnedSince, now) + _terms.AnswerTime,
            Math.Min(_debt, _own.Sum(now)));
        (_returned, _debt) = (0, 0);
        return question;
    }

    private void Apply(RateLimitGrant? grant, RateLimitQuestion question, long askedAt, List<Waiter> asking)
    {
        var now = _clock.GetTimestamp();
        if (grant is null)
        {
            // What may have been granted is not spent, and what was to go back is counted for a while.
            _debt += question.Debt;
            _aloneUntil = now + _viewTime;
            foreach (var waiter in asking)
            {
                waiter.TrySetResult(DecideAlone(now, waiter.Cost));
            }

            return;
        }

        var spentMeanwhile = question.Rest - _portion;
        _portion = _held = grant.Held;
        _portion -= spentMeanwhile;
        _portionUntil = askedAt + _holdTime;
        _spent = grant.Spent + spentMeanwhile;
        _viewUntil = askedAt + _viewTime;
        _backAt = grant.Back > TimeSpan.Zero ? now + Timestamps(grant.Back) : now + Timestamps(_terms.Policy.Window);

        var granted = grant.Granted;
        foreach (var waiter in asking)
        {
            if (granted >= waiter.Cost && IsInOwnWindow(now, waiter.Cost))
            {
                granted -= waiter.Cost;
                _own.Add(now, waiter.Cost);
                waiter.TrySetResult(Granted(now));
            }
            else
            {
                _retryAt = grant.Retry > TimeSpan.Zero
                    ? now + Timestamps(grant.Retry)
                    : _own.WhenAtMost(now, _terms.Limit - waiter.Cost);
                (_refusedUntil, _refusedCost) = (Math.Min(_retryAt, now + _viewTime), waiter.Cost);
                waiter.TrySetResult(Refused(now, _retryAt));
            }
        }

        if (granted > 0)
        {
            GiveBack(granted, now);
        }
    }

    private RateLimitDecision Granted(long now) => new(true, Remaining, SecondsUntilBack(now), 0, now);

    private RateLimitDecision Refused(long now, long retryAt)
    {
        _refused();
        return new(false, Remaining, SecondsUntilBack(now), Math.Max(Seconds(now, retryAt), 1), now);
    }

    private long Remaining => Math.Max(_terms.Limit - _spent, 0) / RateLimitPolicy.Tenths;

    private int SecondsUntilBack(long now) =>
        Math.Clamp(Seconds(now, _backAt), 1, (int)Math.Ceiling(_terms.Policy.Window.TotalSeconds));

    private int Seconds(long from, long to) =>
        to <= from ? 0 : (int)Math.Ceiling(_clock.GetElapsedTime(from, to).TotalSeconds);

    private long Timestamps(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private sealed class Waiter(long cost) : TaskCompletionSource<RateLimitDecision>(
        TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Cost => cost;
    }
}
