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

    /// <summary>
    /// So many of a caller's permits may be waited for; beyond them its requests are refused at once.
    /// </summary>
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>A request that has not begun by then is refused.</summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
