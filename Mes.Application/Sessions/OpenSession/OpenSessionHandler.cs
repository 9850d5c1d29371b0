using MediatR;
using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.Sessions.OpenSession;

/// <summary>Answers with the token, which is stored nowhere.</summary>
internal sealed class OpenSessionHandler(IApiKeyRepository keys, ISessionRepository sessions)
    : IRequestHandler<OpenSession, Result<string>>
{
    public async Task<Result<string>> Handle(OpenSession command, CancellationToken cancellationToken)
    {
        var now = await keys.BeginChangeAsync(cancellationToken);
        await sessions.DeleteExpiredAsync(now, cancellationToken);
        var live = await sessions.FindLiveAsync(command.KeyId, command.IsDisplay, now, cancellationToken);
        foreach (var oldest in live.Skip(Session.LivePerKey - 1))
        {
            sessions.Remove(oldest);
        }

        var token = SessionToken.Generate();
        sessions.Add(Session.Open(
            SessionToken.Hash(token)!, command.KeyId, command.IsDisplay, now, command.Lifetime));
        return token;
    }
}
