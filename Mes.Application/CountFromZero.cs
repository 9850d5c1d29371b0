using System.Diagnostics.Metrics;

namespace Mes.Application;

/// <summary>
/// A counter that reports 0 from the start for each value of its label. Otherwise <c>increase()</c> would miss a
/// series' first event, and an alert would come one event late.
/// </summary>
/// <remarks>Thread-safe. Listeners poll the counter; it does not notify them of each event.</remarks>
public sealed class CountFromZero
{
    private readonly long[] _counts;

    /// <param name="name">As OpenTelemetry writes it: <c>mes.cache.drops</c>.</param>
    /// <param name="label">What the values are of; null when there is no label.</param>
    /// <param name="values">Every value of the label that there can be.</param>
    public CountFromZero(
        Meter meter, string name, string description, string? label = null, params IReadOnlyList<string> values)
    {
        var tags = label is null
            ? new KeyValuePair<string, object?>[][] { [] }
            : [.. values.Select(value => new[] { KeyValuePair.Create(label, (object?)value) })];
        _counts = new long[tags.Length];
        meter.CreateObservableCounter(
            name,
            () => tags.Select((tag, i) => new Measurement<long>(Interlocked.Read(ref _counts[i]), tag)),
            description: description);
    }

    /// <param name="value">The index of the label's value, as given to the constructor.</param>
    public void Add(long count = 1, int value = 0) => Interlocked.Add(ref _counts[value], count);

    /// <param name="value">As for <see cref="Add"/>.</param>
    public long Of(int value) => Interlocked.Read(ref _counts[value]);
}
