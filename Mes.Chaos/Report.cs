using System.Globalization;
using System.Text;
using Mes.Chaos.Checking;

namespace Mes.Chaos;

/// <summary>Prints what a run has checked and what it found.</summary>
internal static class Report
{
    private const int MaxViolationsShown = 5;
    private const int NearMilliseconds = 2000;

    public static string Write(History history, IReadOnlyList<string> violations, Truth truth)
    {
        var text = new StringBuilder();
        var faults = history.Faults.ToArray();
        var near = new Intervals(faults.Select(fault => (fault.Start, fault.End + Clock.Ticks(NearMilliseconds))));

        // One answer counts as one read, however many orders it shows.
        var reads = history.Reads.Select(read => (read.Path, read.Source, read.Start))
            .Concat(history.Pages.Select(page => (page.Path, page.Source, page.Start)))
            .Concat(history.Statistics.Select(answer => (Path: ReadPath.Statistics, answer.Source, answer.Start)))
            .ToArray();
        Line("reads checked", reads.Length, "");
        Line("  hits", reads.Count(read => read.Source == Source.Hit),
            Share(reads.Count(read => read.Source == Source.Hit), reads.Length));
        Line("  unverified hits", reads.Count(read => read.Source == Source.Unverified),
            "promised only to have been committed");
        Line("  near a fault", reads.Count(read => near.Touch(read.Start, read.Start)),
            Share(reads.Count(read => near.Touch(read.Start, read.Start)), reads.Length) + ", within 2 s");
        foreach (var path in reads.GroupBy(read => read.Path).OrderBy(group => group.Key))
        {
            Line($"  by {path.Key}", path.Count(), Share(path.Count(read => read.Source == Source.Hit), path.Count())
                + " hits");
        }

        Line("orders in pages", history.Pages.Sum(page => page.Cards.Count),
            "each checked too; lists and boards above count as one read");
        Failures(history, faults);

        var changes = history.Changes.ToArray();
        var acknowledged = changes.Count(change => change.Version > 0);
        Line("changes acknowledged", acknowledged,
            $"{changes.Length - acknowledged} refused or of unknown outcome; {truth.Count} in the database");
        var tellings = history.Tellings.ToArray();
        Line("told by the feed", tellings.Count(telling => telling.IsOfFeed),
            $"events, in {tellings.Select(telling => telling.Session).DefaultIfEmpty().Max()} sessions");
        Line("told by a webhook", tellings.Count(telling => !telling.IsOfFeed),
            $"deliveries, {TellingChecker.Duplicates(history)} of them again");
        Line("faults", faults.Length, $"of {faults.Select(fault => fault.Kind).Distinct().Count()} kinds");
        foreach (var kind in faults.GroupBy(fault => fault.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            // Every request that was sent or under way during the fault, however long it took.
            var during = new Intervals(kind.Select(fault => (fault.Start, fault.End)));
            var change = Longest(
                changes.Where(change => change.Version > 0).Select(change => (change.Start, change.End)), during);
            var read = Longest(history.Reads.Select(read => (read.Start, read.End)), during);
            Line($"  {kind.Key}", kind.Count(), string.Create(
                CultureInfo.InvariantCulture,
                $"hits again after at most {kind.Max(fault => fault.HealMilliseconds),5:0} ms, of board and lists {kind.Max(fault => fault.ListsHealMilliseconds),5:0} ms; a change took at most {change,5:0} ms, a read {read,5:0} ms"));
        }

        Slowest("longest to hits, ms", fault => fault.HealMilliseconds);
        Slowest("  of board and lists", fault => fault.ListsHealMilliseconds);

        Line("database set back", history.Restores.Count, "each time what it has is the truth from then on");
        Line("machine stalls", history.Stalls.Count, "times with a limit are not held to it then");
        var broken = violations.GroupBy(violation => violation.Split(' ', ':')[0]).ToArray();
        Line("violations", violations.Count,
            string.Join(", ", broken.Select(promise => $"{promise.Key} {promise.Count()}")));
        foreach (var violation in broken.SelectMany(promise => promise.Take(MaxViolationsShown)))
        {
            text.Append("  ").AppendLine(violation);
        }

        return text.ToString();

        void Line(string what, int number, string more) =>
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-24} {number,9} {(more.Length > 0 ? $"({more})" : "")}").TrimEnd());

        void Slowest(string what, Func<Fault, double> milliseconds)
        {
            if (faults.Length > 0)
            {
                var slowest = faults.MaxBy(milliseconds);
                Line(what, (int)milliseconds(slowest), $"after {slowest.Kind}");
            }
        }

        void Failures(History of, Fault[] during)
        {
            var all = of.Failures.ToArray();
            var dead = new Intervals(
                during.Where(fault => fault.Reach == Reach.NoDatabase).Select(fault => (fault.Start, fault.Healed)));
            var inOutage = all.Where(failure => dead.Touch(failure.Start, failure.End)).ToArray();
            var ofDead = all.Except(inOutage).Where(failure => during.Any(fault =>
                fault.Instance == failure.Instance && fault.Start <= failure.End && failure.Start <= fault.Healed))
                    .ToArray();
            var others = all.Except(inOutage).Except(ofDead).ToArray();
            Line("calls that failed", all.Length,
                $"{inOutage.Length} without the database, {ofDead.Length} of an instance that was killed or stopped, {others.Length} without such a reason");
            foreach (var status in others.GroupBy(failure => failure.HttpStatus))
            {
                Line($"  {(status.Key == 0 ? "no answer" : $"HTTP {status.Key}")}", status.Count(),
                    $"first at {status.Min(failure => failure.Start)} from instance {status.First().Instance}");
            }
        }
    }

    private static double Longest(IEnumerable<(long Start, long End)> calls, Intervals during) =>
        calls.Where(call => during.Touch(call.Start, call.End)).Select(call => Clock.Milliseconds(call.Start, call.End))
            .DefaultIfEmpty().Max();

    private static string Share(int part, int whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0.0} %");
}
