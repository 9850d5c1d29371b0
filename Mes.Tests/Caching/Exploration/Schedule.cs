using System.Diagnostics;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;
using Order = Mes.Domain.Orders.Order;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// One interleaving. Every actor waits at its next call to a port until a strategy lets one of the calls happen as a
/// whole. Then the actor that made the call continues to its next call, and nothing else runs. One stop for each call
/// is enough: a delay after a call is the same as a delay of its answer. So the same decisions always make the same
/// schedule.
/// </summary>
internal sealed class Schedule(
    OrderTable table, Func<Task<int?>> probe, Func<Fault, Task> strikeCache, IReadOnlyDictionary<Fault, int> faults)
{
    /// <summary>Far more steps than any schedule that terminates has.</summary>
    private const int MaxSteps = 1000;

    /// <summary>How long an actor may take to its next step.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<Actor> _actors = [];
    private readonly Lock _lock = new();
    private readonly List<Step> _waiting = [];
    private readonly Dictionary<SharedMiss, SharedFill> _fills = [];
    private readonly Dictionary<Fault, int> _faultsLeft = new(faults);
    private readonly List<string> _log = [];
    private Actor? _last;
    private bool _mayBeOlder;
    private bool _hasEntry;

    public OrderTable Table => table;

    /// <summary>The cache has the order at the start.</summary>
    public bool IsCached
    {
        init => _hasEntry = value;
    }

    /// <summary>Rows are swept at once, and not at a later time.</summary>
    public bool SweepsAtOnce { get; init; }

    /// <summary>
    /// A version counts as told even if the put of a reader that leased the order was not answered: nothing in this
    /// schedule can make an older entry afterwards.
    /// </summary>
    public bool CountsLostFills { get; init; }

    /// <summary>The instances that keep copies.</summary>
    public IReadOnlyList<ScheduledInstance> Instances { get; set; } = [];

    /// <summary>The cache of this schedule; null if it shares one with others.</summary>
    public IOrderCache? Cache { get; init; }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>The first promise that was broken. Null while none was.</summary>
    public string? Violation { get; private set; }

    /// <summary>The newest version that was acknowledged or told so far.</summary>
    public int Newest { get; private set; }

    /// <summary>
    /// The newest version that was acknowledged so far. The version from before the start was acknowledged then.
    /// </summary>
    public int NewestAcknowledged { get; private set; } = table.Version;

    public bool WasAcknowledged { get; private set; }

    /// <summary>Nothing but puts has touched the entry.</summary>
    public bool EntryWasLeftAlone { get; private set; } = true;

    /// <summary>Records that an actor that could not write the entry has removed it.</summary>
    public void EntryWasDropped() => EntryWasLeftAlone = false;

    /// <summary>Called when a process has died.</summary>
    public Action<Actor>? Died { get; set; }

    public Actor Start(string name, Func<Actor, Task> program, ScheduledInstance? instance = null)
    {
        var actor = new Actor(name, this) { Instance = instance };
        _actors.Add(actor);
        actor.Start(() => program(actor));
        return actor;
    }

    /// <summary>Waits at a call to a port until the strategy lets it happen.</summary>
    /// <param name="isPossible">When the call can happen. Null: always.</param>
    /// <param name="unanswered">What the caller is told when the call is late. Null if it cannot be late.</param>
    public Task<T> StepAsync<T>(
        Actor actor, string what, Func<ValueTask<T>> act, Func<bool>? isPossible = null, Func<T>? unanswered = null)
    {
        var call = new PortCall<T>(actor, what, act, isPossible, unanswered);
        lock (_lock)
        {
            if (!actor.IsGone)
            {
                _waiting.Add(call);
            }
        }

        return call.Answer;
    }

    /// <summary>Deletes rows of the outbox, off the path of every actor and at any later time.</summary>
    public void Sweep(Func<int> delete)
    {
        if (SweepsAtOnce)
        {
            delete();
        }
        else
        {
            Start("sweeper", actor => StepAsync(actor, "sweeps", () => new ValueTask<int>(delete())));
        }
    }

    /// <summary>Records that a change was acknowledged: from now on no older version may be told.</summary>
    public void Acknowledged(Actor writer, int version)
    {
        WasAcknowledged = true;
        NewestAcknowledged = Math.Max(NewestAcknowledged, version);
        Told(writer, version, "acknowledged");
    }

    public void Told(Actor actor, int version, string how = "told")
    {
        _log.Add($"    {actor.Name}: {how} v{version}");
        if (version > Newest)
        {
            Newest = version;
            _mayBeOlder = true;
        }
    }

    public void Refused(Actor actor, string why) => _log.Add($"    {actor.Name}: {why}");

    public void Violated(string what) => Violation ??= what;

    /// <summary>Runs until no move is possible any more, or a promise is broken.</summary>
    public async Task RunAsync(IStrategy strategy)
    {
        for (var steps = 0; Violation is null; steps++)
        {
            await UntilAllWaitAsync();
            var moves = Moves();
            if (moves.Count == 0)
            {
                return;
            }

            if (steps == MaxSteps)
            {
                Violated("G5: this schedule does not terminate");
                return;
            }

            await moves[strategy.Choose(moves, _last)].TakeAsync();
            await ProbeAsync();
        }
    }

    /// <summary>What this reader shares with others that missed with it. The first that asks is the leader.</summary>
    public SharedFill FillOf(SharedMiss miss, Actor reader) =>
        _fills.TryGetValue(miss, out var fill) ? fill : _fills[miss] = new SharedFill(miss, reader);

    /// <summary>Whether the cache has no entry that can be read.</summary>
    public async Task<bool> IsAbsentAsync() => await probe() is null;

    /// <summary>The actors that have not finished.</summary>
    public IEnumerable<Actor> Unfinished => _actors.Where(actor => !actor.IsDone);

    public void NothingElseGoesWrong() => _faultsLeft.Clear();

    /// <summary>Ends all actors.</summary>
    public void End()
    {
        lock (_lock)
        {
            foreach (var instance in Instances)
            {
                instance.IsGone = true;
            }

            foreach (var actor in _actors)
            {
                actor.IsGone = true;
                actor.Dispose();
            }

            _waiting.Clear();
        }
    }

    /// <summary>
    /// Waits until no actor runs any more. Most go on to their next step on the schedule's own turn. A read that its
    /// instance has answered, and a fill that several share, go on on the thread pool.
    /// </summary>
    private async Task UntilAllWaitAsync()
    {
        for (var watch = Stopwatch.StartNew(); Running() is { } running;)
        {
            if (watch.Elapsed > Limit)
            {
                throw new InvalidOperationException(
                    $"{running.Name} waits for something that the schedule does not control.");
            }

            await Task.Yield();
        }

        _actors.ForEach(actor => actor.ThrowIfFailed());
        if (Instances.Count > 0)
        {
            // Several may have come to their steps at once, in any order.
            Step[] sorted = [.. _waiting.OrderBy(step => step.Actor.Name, StringComparer.Ordinal)
                .ThenBy(step => step.What, StringComparer.Ordinal)];
            _waiting.Clear();
            _waiting.AddRange(sorted);
        }
    }

    private Actor? Running()
    {
        lock (_lock)
        {
            return _actors.Find(actor => !actor.IsDone && !IsWaiting(actor));
        }
    }

    private bool IsWaiting(Actor actor) =>
        IsAtStep(actor)
        || (actor.Read is { IsCompleted: false } && actor.Instance!.IsQuiet)
        || (actor.Fill is { IsUnderWay: true } fill && fill.Leader != actor && IsAtStep(fill.Leader));

    private bool IsAtStep(Actor actor) => _waiting.Exists(step => step.Actor == actor);

    /// <summary>Reads the cache as a reader that asks now would.</summary>
    private async Task ProbeAsync()
    {
        if (!_mayBeOlder)
        {
            return;
        }

        _mayBeOlder = false;
        if (await probe() is { } version && version < Newest)
        {
            Violated($"G1, G4: a reader that asks now is told v{version}; v{Newest} has been acknowledged or told");
        }
    }

    private List<Move> Moves()
    {
        var moves = new List<Move>();
        foreach (var step in _waiting)
        {
            if (step.IsPossible)
            {
                moves.Add(new Move(step.Actor, null, () => TakeAsync(step)));
            }
        }

        if (moves.Count > 0)
        {
            AddFaults(moves);
        }

        return moves;
    }

    private void AddFaults(List<Move> moves)
    {
        foreach (var (fault, left) in _faultsLeft)
        {
            if (left == 0 || !CanMatter(fault))
            {
                continue;
            }

            switch (fault)
            {
                case Fault.Late:
                    moves.AddRange(_waiting.Where(step => step.CanBeLate)
                        .Select(step => new Move(null, fault, () => BeLate(step))));
                    break;
                case Fault.Crash:
                    moves.AddRange(_actors.Where(actor => actor is { IsDone: false, IsBusy: true })
                        .Select(actor => new Move(null, fault, () => Crash(actor))));
                    break;
                case Fault.HangUp:
                    moves.AddRange(_actors
                        .Where(actor => actor is { IsDone: false, IsBusy: true, Caller.IsCancellationRequested: false })
                        .Select(actor => new Move(null, fault, () => HangUp(actor))));
                    break;
                default:
                    moves.Add(new Move(null, fault, () => StrikeAsync(fault)));
                    break;
            }
        }
    }

    /// <summary>Whether the fault can have an effect now: whether there may be an entry, or a lease, to lose.</summary>
    private bool CanMatter(Fault fault) => fault switch
    {
        Fault.Evict or Fault.Corrupt or Fault.OtherLayout or Fault.SpoilUpwards or Fault.SpoilDownwards => _hasEntry,
        Fault.Lapse => !_hasEntry,
        _ => true,
    };

    private Task TakeAsync(Step step)
    {
        _waiting.Remove(step);
        _last = step.Actor;
        step.Actor.TakesStep();
        return step.TakeAsync(result =>
        {
            if (result is PutResult.Stored)
            {
                _mayBeOlder = _hasEntry = true;
            }

            _log.Add($"{step.Actor.Name} {step.What}: {Describe(result)}");
        });
    }

    private Task BeLate(Step step)
    {
        Spend(Fault.Late);
        _waiting.Remove(step);
        step.Actor.TakesStep();
        _log.Add($"* {step.Actor.Name} {step.What}: no answer in time");
        var messenger = new Actor($"(late) {step.Actor.Name}", this);
        _waiting.Add(step.BeLate(messenger));
        return Task.CompletedTask;
    }

    private Task Crash(Actor actor)
    {
        Spend(Fault.Crash);
        _log.Add($"* {actor.Name} dies");
        actor.IsGone = true;
        if (actor.Instance is { } instance)
        {
            // Its copies and questions, and all that were to be answered by them, die with it.
            instance.IsGone = true;
            _actors.ForEach(other => other.IsGone |= other.Instance == instance);
            _waiting.RemoveAll(instance.Owns);
        }

        _waiting.RemoveAll(step => step.Actor.IsGone);
        Died?.Invoke(actor);
        return Task.CompletedTask;
    }

    private Task HangUp(Actor actor)
    {
        Spend(Fault.HangUp);
        _log.Add($"* the caller of {actor.Name} hangs up");
        actor.HangUp();
        return Task.CompletedTask;
    }

    private async Task StrikeAsync(Fault fault)
    {
        Spend(fault);
        _log.Add($"* {fault}");
        var sparesEntry = fault == Fault.Lapse || fault >= Fault.EvictLog;
        EntryWasLeftAlone &= sparesEntry;
        _hasEntry &= sparesEntry || fault is Fault.OtherLayout or Fault.SpoilUpwards or Fault.SpoilDownwards;
        await strikeCache(fault);
    }

    private void Spend(Fault fault) => _faultsLeft[fault]--;

    // Leaves out what differs in every run: tokens.
    private static string Describe(object? result) => result switch
    {
        null => "none",
        LeaseToken => "a token",
        Order order => $"v{order.Version}",
        OrderSnapshot order => $"v{order.Version}",
        CacheRead<OrderSnapshot> { Hit: { } hit } => $"v{hit.Version}",
        CacheRead<OrderSnapshot> { BypassReason: { } reason } => reason.Name,
        CacheRead<OrderSnapshot> => "miss",
        CacheRead<SelectedOrders> { Hit: { } hit } =>
            $"[{string.Join(", ", hit.Orders.Select(order => $"v{order.Version}"))}]",
        CacheRead<SelectedOrders> { BypassReason: { } reason } => reason.Name,
        CacheRead<SelectedOrders> => "miss",
        RedisReply<RedisValue[]> { Failure: { } reason } => reason.Name,
        RedisReply<RedisValue[]> reply => $"{reply.Value.Length - 1} entries",
        Exception exception => exception.GetType().Name,
        _ => $"{result}",
    };
}
