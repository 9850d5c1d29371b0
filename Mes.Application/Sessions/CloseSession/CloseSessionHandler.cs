using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Sessions.CloseSession;

/// <summary>Answers whether there was such a session.</summary>
internal sealed class CloseSessionHandler(ISessionRepository sessions) : IRequestHandler<CloseSession, Result<bool>>
{
    public async Task<Result<bool>> Handle(CloseSession command, CancellationToken cancellationToken)
    {
        if (SessionToken.Hash(command.Token) is not { } hash
            || await sessions.FindAsync(hash, cancellationToken) is not { } session)
        {
            return false;
        }

        sessions.Remove(session);
        return true;
    }
}
