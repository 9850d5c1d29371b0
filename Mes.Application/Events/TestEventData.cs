namespace Mes.Application.Events;

/// <summary>The data of an event of type <c>webhook.test</c>: none.</summary>
public sealed record TestEventData : IEventData
{
    /// <summary>The type of the events that test a webhook.</summary>
    public const string Type = "webhook.test";
}
