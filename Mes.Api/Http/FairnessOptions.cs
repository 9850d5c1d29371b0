namespace Mes.Api.Http;

/// <summary>How much of an instance one caller may take at once; section <c>Mes:Fairness</c>.</summary>
internal sealed class FairnessOptions
{
    public const string Section = "Mes:Fairness";

    /// <summary>
    /// A caller's permits for each processor. A request for one order takes one permit, a page of a hundred orders
    /// eight.
    /// </summary>
    public int PermitsPerProcessor { get; set; } = 8;

    /// <summary>How many permits a caller's requests may wait for; further requests are refused at once.</summary>
    public int MostWaiting { get; set; } = 10_000;

    /// <summary>A request that has waited this long is refused.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}
