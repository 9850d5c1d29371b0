namespace Mes.Api.Http;

internal static class RequestLimits
{
    public const int BodyBytes = 256 * 1024;
}
