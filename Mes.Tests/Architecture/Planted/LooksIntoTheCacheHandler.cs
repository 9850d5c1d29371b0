using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: decides by what the cache contains.</summary>
internal sealed class LooksIntoTheCacheHandler(IOrderCache cache)
    : IRequestHandler<LooksIntoTheCacheHandler.Question, Result<int>>
{
    public async Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        return (await cache.GetAsync(Guid.Empty)).Hit?.Version ?? 0;
    }

    internal sealed record Question : IQuery<int>;
}
