namespace Mes.Infrastructure.RateLimiting;

/// <summary>The limit of one role.</summary>
public sealed class RoleLimit
{
    public long Permits { get; set; }

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
