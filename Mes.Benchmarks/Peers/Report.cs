using System.Globalization;
using System.Text;
using Mes.Benchmarks.Peers.Parts;

namespace Mes.Benchmarks.Peers;

/// <summary>Writes docs/benchmarks.md, between comments, and the pictures beside it.</summary>
internal static class Report
{
    private const int Columns = 120;

    public static void Write(PeersResults results, string documents)
    {
        var file = Path.Combine(documents, "benchmarks.md");
        var text = Markers.Replace(File.ReadAllText(file), "peers: summary", Summary(results));
        File.WriteAllText(file, Markers.Replace(text, "peers: results", Body(results, documents)));
    }

    /// <summary>What a reader wants to know, in a few lines.</summary>
    public static string Summary(PeersResults results)
    {
        var targets = Targets.Of(results);
        string Names(bool? reached) => string.Join("; ", targets.Where(target => target.IsReached == reached)
            .Select(target => $"{target.What}: {Number(target.Measured)} ({Bound(target)})"));
        List<string> lines =
        [
            $"**{targets.Count(target => target.IsReached == true)} of {targets.Count} numbers were reached** "
            + "([all of them](#numbers-to-reach)). " + Headline(results, targets) + Stale(results),
        ];
        if (targets.Any(target => target.IsReached == false))
        {
            lines.Add($"**Not reached:** {Names(false)}.");
        }

        if (targets.Count(target => target.IsReached is null) is var missing and > 0)
        {
            lines.Add($"Not measured yet: {missing}.");
        }

        return string.Join('\n', lines.Select(Wrapped));
    }

    private static string Headline(PeersResults results, IReadOnlyList<Target> targets)
    {
        if (!results.Parts.TryGetValue("status-32", out var status))
        {
            return "";
        }

        string Ratio(string contender) =>
            Number(status.Ratio(Contender.Service, contender, round => round.Outcome.PerSecond));
        var best = targets.Where(target => target.Against.Length > 0)
            .Select(target => $"{target.What}, {target.Against}: {Number(target.Measured)}");
        return $"The status of one order on 32 connections, in requests a second: {Ratio(Contender.Bare)} of the bare "
            + $"limit, {Ratio("hybrid-local")} of HybridCache and {Ratio("fusion-local")} of FusionCache with their "
            + $"local levels, {Ratio(Contender.Database)} of the database alone. {string.Concat(best.Select(line =>
                char.ToUpperInvariant(line[0]) + line[1..] + ". "))}";
    }

    private static string Stale(PeersResults results)
    {
        var others = Contender.All.Where(contender => contender.IsRival && Targets.Stale(results, contender.Name) > 0)
            .Select(contender => $"{contender.Title}: {Targets.Stale(results, contender.Name):#,0}").ToArray();
        var stale = Targets.Stale(results, Contender.Service);
        return double.IsNaN(stale)
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"The service told {stale:#,0} stale answers. ")
                + (others.Length == 0 ? "" : $"Others did: {string.Join(", ", others)}.");
    }

    private static string Body(PeersResults results, string documents)
    {
        var text = new StringBuilder("### Numbers to reach\n\n");
        var targets = new Table("", "what", "to reach", "measured", "reached");
        foreach (var target in Targets.Of(results))
        {
            targets.Row(
                target.What + (target.Against.Length > 0 ? $", which is {target.Against}" : ""), Bound(target),
                Number(target.Measured), target.IsReached switch { null => "not measured", true => "yes", _ => "**no**" });
        }

        text.Append(targets.Markdown).Append("\n\n### What it ran on\n\n");
        foreach (var line in results.Machine)
        {
            text.Append(Wrapped($"- {line}")).Append('\n');
        }

        foreach (var part in PartList.All)
        {
            if (results.Parts.TryGetValue(part.Name, out var result))
            {
                Append(text, part, result, documents);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Part part, PartResult result, string documents)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {part.Title}\n\n");
        var rounds = result.RoundCount == 1 ? "one round" : $"medians of {result.RoundCount} rounds";
        text.Append(Wrapped(string.Create(
            CultureInfo.InvariantCulture,
            $"{part.Says} `{part.Name}`, {result.Orders:#,0} orders, {rounds} of "
            + $"{result.Seconds:0} s, {result.MeasuredAt:yyyy-MM-dd}."))).Append("\n\n");
        string[] last = part.ExtraColumn is { } extra ? [extra] : [];
        string[] first = part.HasThroughput ? ["requests/s", "of the service's"] : [];
        var table = new Table("",
        [
            "contender", .. first, "p50 ms", "p99 ms", "p99.9 ms", "longest", "CPU ms, instances", "CPU ms, Redis",
            "Redis commands", "statements", "bytes a request", "stale", "failed", .. last,
        ]);
        foreach (var contender in Contender.All)
        {
            if (result.Rounds.GetValueOrDefault(contender.Name) is { Count: > 0 } measured)
            {
                table.Row([.. Cells(part, result, contender, measured)]);
            }
        }

        text.Append(table.Markdown).Append('\n');
        if (part.HasThroughput)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n![{part.Title}]({Plots.Write(part, result, documents)})\n");
        }
    }

    private static IEnumerable<object> Cells(Part part, PartResult result, Contender contender, List<Round> rounds)
    {
        double Median(Func<Round, double> value) => result.Median(contender.Name, value);
        yield return contender.Title;
        if (part.HasThroughput)
        {
            yield return Median(round => round.Outcome.PerSecond);
            yield return result.Ratio(contender.Name, Contender.Service, round => round.Outcome.PerSecond);
        }

        yield return Milliseconds(Median(round => round.Outcome.P50));
        yield return Milliseconds(Median(round => round.Outcome.P99));
        yield return Milliseconds(Median(round => round.Outcome.P999));
        yield return Milliseconds(Median(round => round.Outcome.Longest));
        yield return Median(round => round.Costs.ServiceCpu);
        yield return Median(round => round.Costs.RedisCpu);
        yield return Median(round => round.Costs.RedisCommands);
        yield return Median(round => round.Costs.Statements);
        yield return Median(round => round.Costs.Allocated / 1000);
        var (stale, isChecked) =
            (rounds.Sum(round => round.Outcome.Stale), rounds.Sum(round => round.Outcome.Checked));
        yield return isChecked == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{stale:#,0} of {isChecked:#,0}");
        yield return rounds.Sum(round => round.Outcome.Failed);
        if (part.ExtraColumn is not null)
        {
            yield return Median(round => round.Outcome.Extra);
        }
    }

    private static string Bound(Target target) => $"{(target.IsAtLeast ? "≥" : "≤")} {Number(target.Bound)}";

    private static string Number(double value) => double.IsNaN(value)
        ? ""
        : value.ToString(value == Math.Round(value) || value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) =>
        value.ToString(value < 10 ? "0.000" : "#,0.0", CultureInfo.InvariantCulture);

    private static string Wrapped(string text)
    {
        var lines = new StringBuilder();
        var length = 0;
        foreach (var word in text.Split(' '))
        {
            var fits = length + 1 + word.Length <= Columns;
            lines.Append(length == 0 ? "" : fits ? " " : "\n").Append(word);
            length = length > 0 && fits ? length + 1 + word.Length : word.Length;
        }

        return lines.ToString();
    }
}
