using System.Text.Json.Serialization;

namespace Mes.Application.Events;

/// <summary>What an event tells; its type decides what that is.</summary>
[JsonDerivedType(typeof(EventData))]
[JsonDerivedType(typeof(WebhookEventData))]
[JsonDerivedType(typeof(TestEventData))]
public interface IEventData;
