using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.RevokeApiKey;

internal sealed class RevokeApiKeyHandler(IApiKeyRepository keys, TimeProvider clock)
    : IRequestHandler<RevokeApiKey, Result<Caller>>
{
    public async Task<Result<Caller>> Handle(RevokeApiKey command, CancellationToken cancellationToken)
    {
        if (await keys.FindAsync(command.KeyId!, cancellationToken) is not { } key)
        {
            return new Error("not-found", "There is no such key.");
        }

        key.Revoke(clock.GetUtcNow());
        return key.Caller;
    }
}
