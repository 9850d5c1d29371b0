using Mes.Domain.Orders;

namespace Mes.Api.Orders;

/// <summary>For the API's description: which transition an endpoint makes.</summary>
internal sealed record ChangeMetadata(OrderTransition Transition);
