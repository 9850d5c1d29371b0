using Mes.Benchmarks.Peers.Parts;
using ScottPlot;

namespace Mes.Benchmarks.Peers;

/// <summary>Requests a second of each contender, as pictures.</summary>
internal static class Plots
{
    private const int Width = 760;
    private const int RowHeight = 34;

    /// <returns>The path of the picture from the folder of the documents.</returns>
    public static string Write(Part part, PartResult result, string documents)
    {
        var shown = Contender.All.Where(contender => result.Rounds.GetValueOrDefault(contender.Name) is { Count: > 0 })
            .Reverse().ToArray();
        using var plot = new Plot();
        var bars = plot.Add.Bars(shown.Select((contender, row) => new Bar
        {
            Position = row,
            Value = result.Median(contender.Name, round => round.Outcome.PerSecond),
            FillColor = contender.Name == Contender.Service ? Colors.DarkOrange : Colors.SteelBlue,
            Label = result.Median(contender.Name, round => round.Outcome.PerSecond).ToString(
                "#,0", System.Globalization.CultureInfo.InvariantCulture),
            Orientation = Orientation.Horizontal,
        }).ToArray());
        bars.Horizontal = true;
        plot.Axes.Left.SetTicks(
            [.. shown.Select((_, row) => (double)row)],
            [.. shown.Select(contender => contender.Title.Replace("`", "", StringComparison.Ordinal))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0, right: 0.15);
        plot.HideGrid();
        plot.Title(part.Title, size: 14);
        plot.XLabel("requests/s", size: 12);
        var name = $"benchmarks/peers-{part.Name}.svg";
        plot.SaveSvg(Path.Combine(documents, name), Width, 100 + (RowHeight * shown.Length));
        return name;
    }
}
