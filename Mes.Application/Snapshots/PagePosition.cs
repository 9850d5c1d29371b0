namespace Mes.Application.Snapshots;

/// <summary>Where a page ended: the sort time and the id of its last item. The next page starts after it.</summary>
/// <param name="Time">In whole milliseconds.</param>
public sealed record PagePosition(DateTimeOffset Time, Guid Id);
