using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.RevokeApiKey;

internal sealed class RevokeApiKeyHandler(IApiKeyRepository keys) : IRequestHandler<RevokeApiKey, Result<Caller>>
{
    public async Task<Result<Caller>> Handle(RevokeApiKey command, CancellationToken cancellationToken)
    {
        var now = await keys.BeginChangeAsync(cancellationToken);
        if (await keys.FindAsync(command.KeyId!, cancellationToken) is not { } key || !key.IsVisibleTo(command.Caller))
        {
            return ApiKeyErrors.NotFound;
        }

        List<ApiKey> revoked = [key];
        if (command.WithSuccessors)
        {
            for (IReadOnlyList<ApiKey> generation = revoked; generation.Count > 0;)
            {
                generation = await keys.FindSuccessorsAsync(
                    [.. generation.Select(parent => parent.Id)], cancellationToken);
                revoked.AddRange(generation);
            }
        }

        // Some administrator can always get in.
        if (revoked.Any(one => one is { Role: Role.Admin, RevokedAt: null, ExpiresAt: null })
            && !await keys.HasOtherLastingAdminKeyAsync([.. revoked.Select(one => one.Id)], cancellationToken))
        {
            return ApiKeyErrors.LastAdminKey;
        }

        revoked.ForEach(one => one.Revoke(now));
        return key.Caller;
    }
}
