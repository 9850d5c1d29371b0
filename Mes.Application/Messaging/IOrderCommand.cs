using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>
/// A command that changes one order. The pipeline writes the change through to the cache after the commit. So the
/// command names the order before it runs, even one that it creates, and returns the domain's
/// <see cref="StatusChange"/>.
/// </summary>
public interface IOrderCommand : IRequest<Result<StatusChange>>
{
    Guid OrderId { get; }

    /// <summary>
    /// Whether this command creates the order; then the cache has no older version to compare a put with.
    /// </summary>
    bool IsNew => false;

    Caller Caller { get; }

    /// <summary>The version that the caller expects the order to have (RFC 9110, section 13.1.1).</summary>
    EntityTagCondition IfMatch => EntityTagCondition.None;
}
