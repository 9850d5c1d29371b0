namespace Mes.Api.Http;

internal static class RequestLimits
{
    /// <summary>
    /// <see cref="JsonBody{T}"/> enforces it, not the server: the server would also count chunk framing, and would
    /// close the connection of a caller that is still sending, which then never sees the 413.
    /// </summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>
    /// The server discards this much of an unread body, framing included, and then closes the connection. So a caller
    /// that sends too much still receives its response, but cannot keep the service busy.
    /// </summary>
    public const int SwallowedBytes = 16 * 1024 * 1024;

    /// <summary>The same for an unauthenticated caller: twice the size of a valid body.</summary>
    public const int StrangersBodyBytes = 2 * BodyBytes;
}
