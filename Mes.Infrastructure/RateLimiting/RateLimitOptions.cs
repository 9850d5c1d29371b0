using Mes.Application.ApiKeys;
using Mes.Application.RateLimiting;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.RateLimiting;

/// <summary>How many requests a caller of each role may make; section <c>Mes:RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "Mes:RateLimits";

    /// <summary>Null where the environment decides: off in Development.</summary>
    public bool? Enabled { get; set; }

    public RoleLimit Seller { get; set; } = new() { Permits = 600 };

    public RoleLimit Operator { get; set; } = new() { Permits = 1_200 };

    public RoleLimit Service { get; set; } = new() { Permits = 6_000 };

    public RoleLimit Admin { get; set; } = new() { Permits = 600 };

    public RateLimitPolicy PolicyOf(Role role)
    {
        var limit = role switch
        {
            Role.Seller => Seller,
            Role.Operator => Operator,
            Role.Service => Service,
            _ => Admin,
        };
        return new RateLimitPolicy(Roles.NameOf(role), limit.Permits, limit.Window);
    }
}
