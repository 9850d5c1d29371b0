using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.RotateApiKey;

internal sealed class RotateApiKeyHandler(IApiKeyRepository keys) : IRequestHandler<RotateApiKey, Result<IssuedApiKey>>
{
    public async Task<Result<IssuedApiKey>> Handle(RotateApiKey command, CancellationToken cancellationToken)
    {
        var now = await keys.BeginChangeAsync(cancellationToken);
        if (await keys.FindAsync(command.KeyId, cancellationToken) is not { } key || !key.IsVisibleTo(command.Caller))
        {
            return ApiKeyErrors.NotFound;
        }

        if (command.Caller.Role != Role.Admin && command.KeyId != command.CallerKeyId)
        {
            return ApiKeyErrors.OnlyItself;
        }

        var text = ApiKeyText.Generate(command.Live);
        var rotated = key.Rotate(
            await keys.FindSuccessorsAsync([key.Id], cancellationToken),
            text.Id,
            ApiKeyText.Hash(text.Secret),
            TimeSpan.FromSeconds(command.OverlapSeconds),
            now);
        if (!rotated.IsSuccess)
        {
            return rotated.Error;
        }

        keys.Add(rotated.Value);
        return new IssuedApiKey(text, rotated.Value);
    }
}
