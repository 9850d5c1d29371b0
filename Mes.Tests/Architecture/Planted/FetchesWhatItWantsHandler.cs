using MediatR;
using Mes.Application.Messaging;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: takes a service provider, by which it can get any service.</summary>
internal sealed class FetchesWhatItWantsHandler(IServiceProvider services)
    : IRequestHandler<FetchesWhatItWantsHandler.Question, Result<int>>
{
    public async Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return services.GetHashCode();
    }

    internal sealed record Question : IQuery<int>;
}
