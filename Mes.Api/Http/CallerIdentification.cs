using Mes.Application.ApiKeys;
using Mes.Application.Persistence;
using Mes.Application.Sessions;
using Mes.Domain.Callers;

namespace Mes.Api.Http;

/// <summary>Finds whom a credential is of, at the first request and while a request goes on for long.</summary>
internal sealed class CallerIdentification(ICallerDirectory callers, ISessionDirectory sessions)
{
    /// <returns>Null for a credential that is not good.</returns>
    /// <exception cref="DependencyUnavailableException">It is not known, and the database does not answer.</exception>
    public ValueTask<Caller?> FindAsync(Credential credential, HttpContext http) => credential.IsSession
        ? new(FindBySessionAsync(credential, http))
        : callers.FindAsync(credential.Text.Span, http.RequestAborted);

    /// <summary>Whether the credential is still good, for the same caller.</summary>
    public async ValueTask<bool> IsGoodAsync(
        Credential credential, Caller caller, CancellationToken cancellationToken) =>
        caller == (credential.IsSession
            ? (await sessions.FindAsync(credential.Text.ToString(), cancellationToken))?.Caller
            : await callers.FindAsync(credential.Text.Span, cancellationToken));

    private async Task<Caller?> FindBySessionAsync(Credential credential, HttpContext http)
    {
        if (await sessions.FindAsync(credential.Text.ToString(), http.RequestAborted) is not { } session)
        {
            return null;
        }

        http.Features.Set(session);
        return session.Caller;
    }
}
