namespace Mes.Api.Http;

internal static class RequestLimits
{
    /// <summary>
    /// Kept by <see cref="JsonBody{T}"/>, not by the server: that would count the framing of chunks too, and would cut the
    /// connection of a caller that is still sending, who then never sees the 413.
    /// </summary>
    public const int BodyBytes = 256 * 1024;
}
