using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.GetApiKey;

internal sealed class GetApiKeyHandler(IApiKeyReader keys) : IRequestHandler<GetApiKey, Result<ApiKeyDocument>>
{
    public async Task<Result<ApiKeyDocument>> Handle(GetApiKey query, CancellationToken cancellationToken) =>
        await keys.FindAsync(query.KeyId, cancellationToken) is { } key && key.IsVisibleTo(query.Caller)
            ? key
            : ApiKeyErrors.NotFound;
}
