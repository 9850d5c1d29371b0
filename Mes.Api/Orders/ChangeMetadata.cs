using Mes.Domain.Orders;

namespace Mes.Api.Orders;

/// <summary>For the API's description: which transition an endpoint makes, and what it takes.</summary>
internal sealed record ChangeMetadata(OrderTransition Transition, Type Body);
