namespace Mes.Infrastructure.Redis;

/// <summary>
/// The copies of orders in an instance's own memory; section <c>Mes:Cache:NearCopies</c>. A reader is told one only if
/// Redis confirms, after the read began, that the order has not changed since.
/// </summary>
public sealed class NearCopyOptions
{
    public const string Section = CacheOptions.Section + ":NearCopies";

    /// <summary>About how many bytes the copies of an instance may take. 0 keeps none.</summary>
    public long MaxBytes { get; set; } = 128 * 1024 * 1024;
}
