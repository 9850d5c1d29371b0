using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: does not call the transition, but hands it out as a delegate.</summary>
internal static class PassesATransitionOn
{
    public static Func<Caller, DateTimeOffset, Result<StatusChange>> ClaimOf(Order order) => order.Claim;
}
