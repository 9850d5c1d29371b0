using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>
/// A request that changes something other than an order. It declares the tags of the cached queries that this affects,
/// even if there are none. A change of an order is an <see cref="IOrderCommand"/>.
/// </summary>
public interface ICommand<T> : IRequest<Result<T>>, ITagged;
