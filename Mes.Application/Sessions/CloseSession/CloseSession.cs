using Mes.Application.Messaging;

namespace Mes.Application.Sessions.CloseSession;

/// <summary>
/// Ends a session, on every instance within a second. One that has ended already, or never was, changes nothing.
/// </summary>
/// <param name="Token">As the browser keeps it; may be any text.</param>
public sealed record CloseSession(string Token) : ICommand<bool>
{
    public IReadOnlyCollection<string> Tags => [];
}
