using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: passes the transition on as a delegate instead of calling it.</summary>
internal static class PassesATransitionOn
{
    public static Func<Caller, DateTimeOffset, Result<StatusChange>> ClaimOf(Order order) => order.Claim;
}
