using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>The pages that show the board during a run.</summary>
internal sealed class BoardPages : IAsyncDisposable
{
    private const int Pages = 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly BoardPage[] _pages;
    private readonly Task _following;

    private BoardPages(IReadOnlyList<Instance> instances, int seed)
    {
        _pages = [.. Enumerable.Range(0, Pages).Select(page => new BoardPage(instances, new Random(seed + page)))];
        _following = Task.WhenAll(_pages.Select(page => Task.Run(() => page.RunAsync(_stop.Token))));
    }

    public static BoardPages Start(IReadOnlyList<Instance> instances, int seed) => new(instances, seed);

    /// <returns>What was wrong on any page, now that no order changes any more.</returns>
    public async Task<IReadOnlyList<string>> CompareAsync(string database, Terms terms)
    {
        List<string> violations = [];
        foreach (var page in _pages)
        {
            violations.AddRange(await page.CompareAsync(database, terms));
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"pages that show the board: {Pages}, events applied: {_pages.Sum(page => page.Count.Events)}, "
                + $"boards loaded: {_pages.Sum(page => page.Count.Loads)}"));
        return violations;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }
}
