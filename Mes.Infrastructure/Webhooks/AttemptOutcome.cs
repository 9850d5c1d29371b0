namespace Mes.Infrastructure.Webhooks;

/// <summary>What became of an attempt.</summary>
/// <param name="Error">One of <see cref="DeliveryErrors"/>; null if the receiver answered 2xx.</param>
/// <param name="ResponseStatus">The HTTP status of the answer; null where there was none.</param>
/// <param name="RetryAfter">For how long the receiver asks to be left alone; null where it does not.</param>
internal sealed record AttemptOutcome(string? Error, int? ResponseStatus, TimeSpan? RetryAfter)
{
    public const int Gone = 410;

    /// <summary>The result that is no error.</summary>
    public const string Delivered = "delivered";

    public bool IsDelivered => Error is null;

    public bool IsGone => ResponseStatus == Gone;

    /// <summary>For the metrics.</summary>
    public string Result => Error ?? Delivered;
}
