using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>A request that changes nothing.</summary>
public interface IQuery<T> : IRequest<Result<T>>;
