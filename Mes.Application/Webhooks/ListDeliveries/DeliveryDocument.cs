namespace Mes.Application.Webhooks.ListDeliveries;

/// <summary>One attempt to deliver an event, or an event without one.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Attempt">
/// The how manieth attempt it was; 0 for an event that has not been tried yet, or that is not tried any more.
/// </param>
/// <param name="At">When the attempt began, or since when the event waits or has been dropped.</param>
/// <param name="Status">
/// What became of it: delivered, failed, waiting (not tried yet) or dropped (the webhook was paused or disabled).
/// </param>
/// <param name="ResponseStatus">The HTTP status of the receiver's answer; null where there was none.</param>
/// <param name="DurationMs">How many milliseconds the attempt took; null where there was none.</param>
/// <param name="Error">Why the attempt failed: timeout, dns, connect, tls, address or status; null otherwise.</param>
/// <param name="NextAttemptAt">When the event is to be tried again; null where nothing is planned.</param>
public sealed record DeliveryDocument(
    Guid EventId,
    string Type,
    int Attempt,
    DateTimeOffset At,
    string Status,
    int? ResponseStatus,
    int? DurationMs,
    string? Error,
    DateTimeOffset? NextAttemptAt);
