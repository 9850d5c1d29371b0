namespace Mes.Infrastructure.Webhooks;

/// <summary>Why an attempt failed, as the log of deliveries and the metrics name it.</summary>
internal static class DeliveryErrors
{
    public const string Timeout = "timeout";
    public const string Dns = "dns";
    public const string Connect = "connect";
    public const string Tls = "tls";
    public const string Address = "address";
    public const string Status = "status";

    public static IReadOnlyList<string> All { get; } = [Timeout, Dns, Connect, Tls, Address, Status];
}
