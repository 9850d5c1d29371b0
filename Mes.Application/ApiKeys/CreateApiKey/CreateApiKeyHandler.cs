using MediatR;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.CreateApiKey;

internal sealed class CreateApiKeyHandler(IApiKeyRepository keys) : IRequestHandler<CreateApiKey, Result<IssuedApiKey>>
{
    public async Task<Result<IssuedApiKey>> Handle(CreateApiKey command, CancellationToken cancellationToken)
    {
        var now = await keys.BeginChangeAsync(cancellationToken);
        if (command.ExpiresAt <= now)
        {
            return ValidationError.Of("expiresAt", "is over");
        }

        var holder = new Caller(command.Role!.Value, command.CallerId);
        if (holder.Role == Role.Seller
            && await keys.CountLiveAsync(holder, now, cancellationToken) >= ApiKeyLimits.LivePerSeller)
        {
            return ApiKeyErrors.TooMany;
        }

        // In whole milliseconds, as the database keeps it.
        DateTimeOffset? expiresAt = command.ExpiresAt is { } end
            ? DateTimeOffset.FromUnixTimeMilliseconds(end.ToUnixTimeMilliseconds())
            : null;
        var text = ApiKeyText.Generate(command.Live);
        var key = ApiKey.Issue(text.Id, ApiKeyText.Hash(text.Secret), holder, now, command.Name, expiresAt);
        keys.Add(key);
        return new IssuedApiKey(text, key);
    }
}
