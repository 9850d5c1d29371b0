using System.Globalization;

namespace Mes.Benchmarks;

/// <summary>
/// A Markdown table. It is printed only when complete, because others may be filled at the same time.
/// </summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string> _rows = [];

    public Table Row(params object[] cells)
    {
        _rows.Add($"| {string.Join(" | ", cells.Select(Text))} |");
        return this;
    }

    public void Print() => Console.WriteLine($"\n### {title}\n\n{Markdown}");

    /// <summary>The table without its title.</summary>
    public string Markdown => string.Join('\n',
    [
        $"| {string.Join(" | ", columns)} |", $"|{string.Concat(columns.Select(_ => "---|"))}", .. _rows,
    ]);

    private static string Text(object cell) => cell switch
    {
        double.NaN => "",
        double number when Math.Abs(number) >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        double number => number.ToString("0.00", CultureInfo.InvariantCulture),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{cell:#,0}"),
        _ => cell.ToString()!,
    };
}
