using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.CreateApiKey;

internal sealed class CreateApiKeyHandler(IApiKeyRepository keys, TimeProvider clock)
    : IRequestHandler<CreateApiKey, Result<ApiKeyText>>
{
    public Task<Result<ApiKeyText>> Handle(CreateApiKey command, CancellationToken cancellationToken)
    {
        var key = ApiKeyText.Generate(command.Live);
        keys.Add(ApiKey.Issue(
            key.Id, ApiKeyText.Hash(key.Secret), new Caller(command.Role, command.CallerId!), clock.GetUtcNow()));
        return Task.FromResult(Result<ApiKeyText>.Success(key));
    }
}
