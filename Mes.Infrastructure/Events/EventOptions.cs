namespace Mes.Infrastructure.Events;

/// <summary>The feed of events; section <c>Mes:Events</c>.</summary>
public sealed class EventOptions
{
    public const string Section = "Mes:Events";

    /// <summary>How long an event is kept, from when it got its position.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);
}
