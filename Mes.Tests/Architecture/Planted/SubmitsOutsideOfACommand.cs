using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: creates an order without a command, so no put follows.</summary>
internal static class SubmitsOutsideOfACommand
{
    public static Order Import(Guid id, Caller seller, Model3D model, DateTimeOffset now) =>
        Order.Submit(id, seller, "import-1", model, "PLA", 1, null, null, now).Order;
}
