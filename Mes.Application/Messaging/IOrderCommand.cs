using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>
/// A command that changes one order. It is written through to the cache after the commit: it names the order before
/// it runs (also the one that it creates), and answers with what the domain says has changed.
/// </summary>
public interface IOrderCommand : IRequest<Result<StatusChange>>
{
    Guid OrderId { get; }

    /// <summary>The order begins with this command: the cache cannot have an older version of it to compare a put with.</summary>
    bool IsNew => false;

    Caller Caller { get; }

    /// <summary>What the caller believes the order's version to be (RFC 9110, section 13.1.1).</summary>
    EntityTagCondition IfMatch => EntityTagCondition.None;
}
