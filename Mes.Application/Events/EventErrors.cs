using Mes.Domain.Results;

namespace Mes.Application.Events;

/// <summary>All expected failures of the feed.</summary>
public static class EventErrors
{
    /// <summary>The place that the cursor stands for is not in the feed any more.</summary>
    public static Error CursorExpired { get; } = new(
        "cursor-expired",
        "The feed no longer has the event that this cursor stands behind. Take start=now, list the orders, and go on "
            + "from next.");
}
