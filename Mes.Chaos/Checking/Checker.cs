using System.Globalization;

namespace Mes.Chaos.Checking;

/// <summary>
/// Decides whether the promises held. It looks only at the recorded history and at what the database has at the end.
/// The times of faults matter only to promises that do not hold during a fault.
/// </summary>
internal sealed class Checker
{
    /// <summary>
    /// With fewer changes than this, clients may have hung up on all of them, or all may have come too late for their
    /// order.
    /// </summary>
    private const int FewChanges = 5;

    private readonly History _history;
    private readonly Truth _truth;
    private readonly Terms _terms;
    private readonly IReadOnlyDictionary<int, Guid> _orders;
    private readonly Dictionary<int, List<Change>> _acknowledged = [];
    private readonly List<string> _violations = [];

    // G2 holds while some instance reaches both PostgreSQL and Redis. Its clock stops from the moment when none did
    // until every instance had hits again, and while the machine stalled. Afterwards the full time starts again,
    // because the repair of a change may have been interrupted and begins anew.
    private readonly Intervals _nobodyReachesBoth;

    // G4 holds while all instances reach Redis. An instance without Redis reads the database, and may return a change
    // there before its writer has put it. Other instances still have the old entry and do not know of the change. That
    // ends when the writer puts the change, for which G2 sets the limit. Without PostgreSQL, instances answer from what
    // they have and mark the answers as unverified.
    private readonly Intervals _somebodyWithoutRedis;

    private Checker(History history, Truth truth, Terms terms)
    {
        _history = history;
        _truth = truth;
        _terms = terms;
        _orders = history.Orders();
        _nobodyReachesBoth = new(
        [
            .. history.Faults.Where(fault => fault.Reach is Reach.NoRedis or Reach.Refused or Reach.NoDatabase)
                .Select(fault => (fault.Start, fault.Healed)),
            .. history.Stalls,
        ]);
        _somebodyWithoutRedis = new(
        [
            .. history.Faults.Where(fault => fault.Reach != Reach.Everyone)
                .Select(fault => (fault.Start, fault.Healed + Clock.Ticks(terms.VisibleWithin))),
            .. history.Stalls,
        ]);
        foreach (var change in history.Changes.Where(change => change.Version > 0))
        {
            ListOf(_acknowledged, change.Order).Add(change);
        }
    }

    /// <returns>The broken promises, each with the lines of history that show it.</returns>
    public static IReadOnlyList<string> Check(History history, Truth truth, Terms terms)
    {
        List<string> violations = [];
        foreach (var era in Eras.Split(history, truth, terms))
        {
            var checker = new Checker(era.History, era.Truth, terms);
            checker.CheckAcknowledged();
            checker.CheckReads();
            checker.CheckClients();
            checker.CheckTold();
            checker.CheckPages();
            checker.CheckStatistics();
            checker.CheckFailures();
            checker.CheckPromptness();
            violations.AddRange(checker._violations);
        }

        var whole = new Checker(history, truth, terms);
        whole.CheckHealing();
        return [.. violations, .. whole._violations, .. TellingChecker.Check(history, truth)];
    }

    /// <summary>G5: no acknowledged change is lost.</summary>
    private void CheckAcknowledged()
    {
        foreach (var change in _acknowledged.Values.SelectMany(changes => changes))
        {
            if (_truth.Find(change.Order, change.Version) is not { } commit)
            {
                Violated("G5", change.Order, $"{Line(change)}, and is not in the database");
            }
            else if (commit.Status != change.Status)
            {
                Violated("G5", change.Order, $"{Line(change)}, and is {commit.Status} in the database");
            }
        }
    }

    /// <summary>G1, G2 and G3 for every order that occurs in an answer.</summary>
    private void CheckReads()
    {
        Dictionary<int, List<Read>> byOrder = [];
        foreach (var read in _history.Reads)
        {
            ListOf(byOrder, read.Order).Add(read);
        }

        foreach (var page in _history.Pages)
        {
            foreach (var card in page.Cards)
            {
                ListOf(byOrder, card.Order)
                    .Add(new(card.Order, card.Version, page.Start, page.End, card.Status, page.Path, page.Source,
                        page.Instance, page.Client));
            }
        }

        foreach (var (order, reads) in byOrder)
        {
            CheckReads(order, reads);
        }
    }

    private void CheckReads(int order, List<Read> reads)
    {
        // The newest version acknowledged before a moment: acknowledgements by time, each with the maximum so far.
        var acknowledged = _acknowledged.GetValueOrDefault(order, []).OrderBy(change => change.End).ToArray();
        var ends = acknowledged.Select(change => change.End).ToArray();
        var newest = new Change[acknowledged.Length];
        for (var i = 0; i < newest.Length; i++)
        {
            newest[i] = i > 0 && newest[i - 1].Version >= acknowledged[i].Version ? newest[i - 1] : acknowledged[i];
        }

        // The newest version that answers had to show by then, acknowledged or not.
        var committed = _truth.Of(order);
        var due = committed.Select(commit =>
            _nobodyReachesBoth.AfterClear(commit.At + _truth.Uncertainty, Clock.Ticks(_terms.VisibleWithin))).ToArray();

        foreach (var read in reads)
        {
            // G3 applies to unverified answers as well: no answer may show what was never committed.
            if (read.Version > 0 && (_truth.Find(order, read.Version) is not { } commit
                || (read.Status is not null && commit.Status != read.Status)))
            {
                Violated("G3", order, $"{Line(read)} was never committed so");
                continue;
            }

            if (read.Source == Source.Unverified)
            {
                continue;
            }

            if (Before(ends, read.Start) is var last and >= 0 && read.Version < newest[last].Version)
            {
                Violated("G1", order, $"{Line(newest[last])}, then {Line(read)}");
            }
            else if (Before(due, read.Start) is var shown and >= 0 && read.Version < committed[shown].Version)
            {
                Violated(
                    "G2", order,
                        $"version {committed[shown].Version} {committed[shown].Status} committed at {committed[shown].At} had to show from {due[shown]} on, then {Line(read)}");
            }
        }
    }

    /// <summary>
    /// G4: the versions of one order that one client reads by the calls for a single order never go back.
    /// </summary>
    private void CheckClients()
    {
        foreach (var client in _history.Clients)
        {
            Dictionary<int, Read> highest = [];
            foreach (var read in client.Reads.Where(read => read.IsSingle && read.Source != Source.Unverified))
            {
                if (highest.TryGetValue(read.Order, out var before)
                    && read.Version < before.Version
                    && !_somebodyWithoutRedis.Touch(before.Start, read.End))
                {
                    Violated("G4", read.Order, $"client {client.Number}: {Line(before)}, then {Line(read)}");
                }

                // An instance that bypassed the cache did not reach Redis within its timeout, whether or not because of
                // a fault. Its read is outside the promise, as above.
                if (read.Source != Source.Bypass
                    && (!highest.TryGetValue(read.Order, out before) || read.Version >= before.Version))
                {
                    highest[read.Order] = read;
                }
            }
        }
    }

    /// <summary>
    /// After an event has told a version, no read that begins later tells an older one, through any instance.
    /// </summary>
    private void CheckTold()
    {
        Dictionary<int, List<Telling>> told = [];
        foreach (var telling in _history.Tellings.OrderBy(telling => telling.At))
        {
            var ofOrder = ListOf(told, telling.Order);
            if (ofOrder.Count == 0 || ofOrder[^1].Version < telling.Version)
            {
                ofOrder.Add(telling);
            }
        }

        foreach (var read in _history.Reads.Where(read => read.Source != Source.Unverified))
        {
            if (told.TryGetValue(read.Order, out var ofOrder)
                && ofOrder.LastOrDefault(telling => telling.At < read.Start) is { Version: > 0 } last
                && read.Version < last.Version)
            {
                var by = last.IsOfFeed ? "the feed" : "a webhook";
                Violated("told", read.Order, $"version {last.Version} told by {by} at {last.At}, then {Line(read)}");
            }
        }
    }

    /// <summary>Each answer is one snapshot, and lacks no order that must be in it.</summary>
    private void CheckPages()
    {
        // Acknowledgements and answers, each sorted by time, are walked through side by side.
        var acknowledged = new Queue<Change>(
            _acknowledged.Values.SelectMany(changes => changes).OrderBy(change => change.End));
        Dictionary<int, Change> newest = [];
        SortedSet<(long UpdatedAt, int Order)> byTime = [];
        HashSet<int> active = [];
        foreach (var page in _history.Pages.OrderBy(page => page.Start))
        {
            while (acknowledged.TryPeek(out var change) && change.End < page.Start)
            {
                acknowledged.Dequeue();
                if (newest.TryGetValue(change.Order, out var before))
                {
                    if (before.Version >= change.Version)
                    {
                        continue;
                    }

                    byTime.Remove((before.UpdatedAt, before.Order));
                }

                newest[change.Order] = change;
                byTime.Add((change.UpdatedAt, change.Order));
                active.Add(change.Order);
            }

            CheckOnce(page);
            if (page.Source == Source.Unverified)
            {
                continue;
            }

            if (page.Path == ReadPath.Board)
            {
                CheckBoard(page, active);
            }
            else if (page.Path == ReadPath.List)
            {
                CheckList(page, newest, byTime);
            }
        }
    }

    private void CheckOnce(Page page)
    {
        HashSet<int> seen = [];
        foreach (var card in page.Cards.Where(card => !seen.Add(card.Order)))
        {
            Violated("one snapshot", card.Order, $"stands twice in {Line(page)}");
        }

        if (page.Counts is null)
        {
            return;
        }

        foreach (var card in page.Cards.Where(card => card.Column != card.Status))
        {
            Violated("one snapshot", card.Order, $"is {card.Status} and stands under {card.Column} in {Line(page)}");
        }

        foreach (var (status, count) in page.Counts)
        {
            var cards = page.Cards.Count(card => card.Column == status);
            if (cards != Math.Min(count, page.Limit))
            {
                Violated("one snapshot", null, $"{count} counted and {cards} cards under {status} in {Line(page)}");
            }
        }
    }

    /// <summary>
    /// The answer has every order that was acknowledged before the request and had not ended before the answer came,
    /// unless the order's column is cut short.
    /// </summary>
    private void CheckBoard(Page board, HashSet<int> active)
    {
        if (board.Counts!.Values.Any(count => count > board.Limit))
        {
            return;
        }

        var shown = board.Cards.Select(card => card.Order).ToHashSet();
        List<int> ended = [];
        foreach (var order in active.Where(order => !shown.Contains(order)))
        {
            var last = _truth.Of(order) is [.., var commit] ? commit : default;
            var end = IsTerminal(last.Status) ? last.At - _truth.Uncertainty : long.MaxValue;
            if (end > board.End)
            {
                Violated(
                    "missing", order,
                        $"acknowledged before, and active until {(end == long.MaxValue ? "the end" : end.ToString(CultureInfo.InvariantCulture))}, is not in {Line(board)}");
            }
            else if (end < board.Start)
            {
                ended.Add(order);
            }
        }

        // Answers are sorted by their start, so no later answer needs these orders either.
        active.ExceptWith(ended);
    }

    /// <summary>
    /// A seller's list by last change, newest first. It must contain every order whose acknowledged change, made before
    /// the request, is later than the last item's. A further change would only move the order up.
    /// </summary>
    private void CheckList(Page list, Dictionary<int, Change> newest, SortedSet<(long UpdatedAt, int Order)> byTime)
    {
        var shown = list.Cards.Select(card => card.Order).ToHashSet();
        var oldest = list.Cards.Count < list.Limit ? long.MinValue : list.Cards.Min(card => card.UpdatedAt);
        foreach (var (_, order) in byTime.Reverse().TakeWhile(entry => entry.UpdatedAt > oldest)
            .Where(entry => !shown.Contains(entry.Order)))
        {
            Violated("missing", order, $"{Line(newest[order])}, is not in {Line(list)}, whose oldest is of {oldest}");
        }
    }

    /// <summary>The figures count every acknowledged change, and none that was not committed.</summary>
    private void CheckStatistics()
    {
        // A repeated claim is acknowledged twice but enters the status once.
        var ends = _acknowledged.Values.SelectMany(changes => changes)
            .GroupBy(change => (change.Order, change.Version))
            .Select(group => group.Min(change => change.End))
            .Order()
            .ToArray();
        foreach (var answer in _history.Statistics.Where(answer => answer.Source != Source.Unverified))
        {
            var least = Before(ends, answer.Start) + 1;
            if (answer.Entered < least || answer.Entered > _truth.Count)
            {
                Violated(
                    "G1", null,
                        $"{least} changes acknowledged, then the statistics of instance {answer.Instance} [{answer.Source}] tell {answer.Entered} between {answer.Start} and {answer.End}");
            }
        }
    }

    /// <summary>
    /// G5: orders, the board and lists are hits again without intervention. The clock stops while the machine stalls.
    /// </summary>
    private void CheckHealing()
    {
        var stalls = new Intervals(_history.Stalls);
        foreach (var fault in _history.Faults)
        {
            Check(fault, fault.HealMilliseconds, "of orders");
            Check(fault, fault.ListsHealMilliseconds, "of the board and lists");
        }

        void Check(Fault fault, double milliseconds, string what)
        {
            var until = fault.End + Clock.Ticks(milliseconds);
            if (milliseconds - Clock.Milliseconds(0, stalls.Within(fault.End, until)) >= _terms.HealsWithin)
            {
                Violated("G5", null, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{fault.Kind} from {fault.Start} to {fault.End}: hits {what} {(milliseconds >= _terms.GivenUpAfter ? "did not come back by themselves" : $"came back after {milliseconds:0} ms")}"));
            }
        }
    }

    /// <summary>
    /// G6: a Redis that answers but refuses to work delays changes only until the instances notice. Most changes, not
    /// all, must be fast after that, because a single one may wait for something else.
    /// </summary>
    private void CheckPromptness()
    {
        var stalls = new Intervals(_history.Stalls);
        foreach (var fault in _history.Faults.Where(fault => fault.Reach == Reach.Refused))
        {
            var noticed = fault.Start + Clock.Ticks(_terms.NoticedWithin);
            var changes = _history.Changes.Where(change => change.Start >= noticed
                && change.Start <= fault.End
                && !stalls.Touch(change.Start, change.End)).ToArray();
            var took = changes.Where(change => change.Version > 0)
                .Select(change => Clock.Milliseconds(change.Start, change.End)).Order().ToArray();
            if (took.Length == 0 && changes.Length >= FewChanges)
            {
                Violated(
                    "G6", null,
                        $"{fault.Kind} from {fault.Start} to {fault.End}: of {changes.Length} changes that began {_terms.NoticedWithin:0} ms later and more none was acknowledged");
            }
            else if (took.Length > 0 && took[took.Length / 2] is var median && median >= _terms.ChangesWithin)
            {
                Violated("G6", null, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{fault.Kind} from {fault.Start} to {fault.End}: half of the {took.Length} changes that began {_terms.NoticedWithin:0} ms later and more took {median:0} ms and more"));
            }
        }
    }

    /// <summary>
    /// G6: every call works whatever happens to Redis. The service answers no call with an internal error. It answers
    /// as unavailable only while the database is, or while the instance starts. A missing answer proves nothing,
    /// because the instance may have been killed or stopped.
    /// </summary>
    private void CheckFailures()
    {
        var withoutDatabase = new Intervals(
        [
            .. _history.Faults.Where(fault => fault.Reach == Reach.NoDatabase)
                .Select(fault => (fault.Start, fault.Healed + Clock.Ticks(_terms.VisibleWithin))),
            .. _history.Stalls,
        ]);
        foreach (var failure in _history.Failures.Where(failure => failure.HttpStatus >= 500))
        {
            var isExcused = failure.HttpStatus == 503
                && (withoutDatabase.Touch(failure.Start, failure.End)
                    || _history.Faults.Any(fault => fault.Instance == failure.Instance
                        && fault.Start <= failure.End
                        && failure.Start <= fault.Healed));
            if (!isExcused)
            {
                Violated(
                    "G6", null,
                        $"HTTP {failure.HttpStatus} from instance {failure.Instance} between {failure.Start} and {failure.End}");
            }
        }
    }

    /// <returns>The index of the last moment before this one; -1 if there is none.</returns>
    private static int Before(long[] moments, long moment)
    {
        int low = 0, high = moments.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (moments[middle] < moment)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static bool IsTerminal(string? status) => status is "CLOSED" or "CANCELLED" or "REJECTED";

    private static List<T> ListOf<T>(Dictionary<int, List<T>> lists, int order)
    {
        if (!lists.TryGetValue(order, out var list))
        {
            lists[order] = list = [];
        }

        return list;
    }

    private void Violated(string promise, int? order, string how) =>
        _violations.Add(order is { } number ? $"{promise} order {_orders[number]}: {how}" : $"{promise}: {how}");

    private static string Line(Change change) =>
        $"version {change.Version} {change.Status} acknowledged by instance {change.Instance} at {change.End}";

    private static string Line(Read read) =>
        $"version {read.Version} {read.Status} read as {read.Path} from instance {read.Instance} [{read.Source}] between {read.Start} and {read.End}";

    private static string Line(Page page) =>
        $"{page.Path} of {page.Cards.Count} from instance {page.Instance} [{page.Source}] between {page.Start} and {page.End}";
}
