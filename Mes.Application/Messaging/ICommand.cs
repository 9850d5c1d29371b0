using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>
/// A request that changes something other than an order. It must say which cached queries that concerns, even if none.
/// What changes an order is an <see cref="IOrderCommand"/>.
/// </summary>
public interface ICommand<T> : IRequest<Result<T>>, ITagged;
