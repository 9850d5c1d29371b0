namespace Mes.Api.Http;

internal static class RequestLimits
{
    /// <summary>
    /// Kept by <see cref="JsonBody{T}"/>, not by the server: that would count the framing of chunks too, and would cut the
    /// connection of a caller that is still sending, who then never sees the 413.
    /// </summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>
    /// The server swallows so much of a body that nobody reads, framing included, and then hangs up: a caller that sends too much still
    /// gets to its answer, and nobody can keep the service busy with swallowing.
    /// </summary>
    public const int SwallowedBytes = 16 * 1024 * 1024;

    /// <summary>The same where nobody is known to send it: twice what a good request may have.</summary>
    public const int StrangersBodyBytes = 2 * BodyBytes;
}
