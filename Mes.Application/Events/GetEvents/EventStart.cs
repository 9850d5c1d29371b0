namespace Mes.Application.Events.GetEvents;

/// <summary>Where a follower without a cursor begins.</summary>
public enum EventStart
{
    /// <summary>With the oldest event that is kept.</summary>
    Oldest,

    /// <summary>With the next event.</summary>
    Now,
}
