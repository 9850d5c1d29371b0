namespace Mes.Api.Http;

/// <summary>How much of an instance one caller may take at once; section <c>Mes:Fairness</c>.</summary>
internal sealed class FairnessOptions
{
    public const string Section = "Mes:Fairness";

    /// <summary>A caller's share for each processor, in requests for one order that are worked on at once. A page of a hundred orders costs as much as eight.</summary>
    public int PermitsPerProcessor { get; set; } = 8;

    /// <summary>So many of a caller's permits may be waited for; beyond them its requests are refused at once.</summary>
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>A request that has not begun by then is refused.</summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
