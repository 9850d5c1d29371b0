namespace Mes.Api.Http;

/// <summary>
/// Every problem that a caller can get: its name, its HTTP status and its title. The only place that maps failures to
/// HTTP.
/// </summary>
internal static class ProblemCatalog
{
    public const string ValidationError = "validation-error";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string RequestTimeout = "request-timeout";
    public const string PayloadTooLarge = "payload-too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string RateLimited = "rate-limited";
    public const string DependencyUnavailable = "dependency-unavailable";
    public const string InternalError = "internal-error";

    private static readonly Dictionary<string, Kind> Kinds = new Kind[]
    {
        new(ValidationError, StatusCodes.Status400BadRequest, "The request is not valid"),
        new(Unauthenticated, StatusCodes.Status401Unauthorized, "A valid API key is required"),
        new(Forbidden, StatusCodes.Status403Forbidden, "This caller may not do this"),
        new(NotFound, StatusCodes.Status404NotFound, "Not found"),
        new(MethodNotAllowed, StatusCodes.Status405MethodNotAllowed, "The resource does not support this method"),
        new(RequestTimeout, StatusCodes.Status408RequestTimeout, "The request body arrived too slowly"),
        new("duplicate-external-id", StatusCodes.Status409Conflict, "The externalId is already in use"),
        new("invalid-transition", StatusCodes.Status409Conflict, "The order's status does not allow this"),
        new("already-claimed", StatusCodes.Status409Conflict, "Another operator has claimed the order"),
        new("concurrent-change", StatusCodes.Status409Conflict, "The order was changed at the same moment"),
        new("idempotency-in-progress", StatusCodes.Status409Conflict, "The same request is still in progress"),
        new("last-admin-key", StatusCodes.Status409Conflict, "An admin key without expiry must stay"),
        new("key-not-live", StatusCodes.Status409Conflict, "The key is revoked or has expired"),
        new("already-rotated", StatusCodes.Status409Conflict, "The key has been rotated already"),
        new("too-many-keys", StatusCodes.Status409Conflict, "The seller has too many keys"),
        new("too-many-webhooks", StatusCodes.Status409Conflict, "The seller has too many webhooks"),
        new("webhook-not-enabled", StatusCodes.Status409Conflict, "The webhook is not enabled"),
        new("webhooks-not-configured", StatusCodes.Status409Conflict, "This installation sends no webhooks"),
        new("cursor-expired", StatusCodes.Status410Gone, "The feed no longer has the cursor's place"),
        new("precondition-failed", StatusCodes.Status412PreconditionFailed, "The order has another version"),
        new(PayloadTooLarge, StatusCodes.Status413PayloadTooLarge, "The body is too large"),
        new(UnsupportedMediaType, StatusCodes.Status415UnsupportedMediaType, "The body must be JSON"),
        new(
            "idempotency-key-reused",
            StatusCodes.Status422UnprocessableEntity,
            "The Idempotency-Key was used with another body"),
        new(RateLimited, StatusCodes.Status429TooManyRequests, "Too many requests"),
        new(InternalError, StatusCodes.Status500InternalServerError, "Internal error"),
        new(DependencyUnavailable, StatusCodes.Status503ServiceUnavailable, "The service is temporarily unavailable"),
    }.ToDictionary(kind => kind.Name);

    public static IReadOnlyCollection<Kind> All => Kinds.Values;

    /// <exception cref="KeyNotFoundException">A failure has a code that is not listed here.</exception>
    public static Kind Of(string name) => Kinds[name];

    /// <param name="Name">The last segment of the problem's type.</param>
    internal sealed record Kind(string Name, int Status, string Title)
    {
        public string Type => $"/problems/{Name}";
    }
}
