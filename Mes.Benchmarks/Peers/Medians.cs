namespace Mes.Benchmarks.Peers;

/// <summary>Medians over the rounds of a run.</summary>
internal static class Medians
{
    /// <returns>The middle value, or the mean of the two middle values; NaN of none.</returns>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? double.NaN
            : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>
    /// The median of the ratios within each round. What disturbed the machine in one round disturbed both.
    /// </summary>
    public static double OfRatios(IEnumerable<double> values, IEnumerable<double> references) =>
        Of(values.Zip(references, (value, reference) => value / reference));
}
