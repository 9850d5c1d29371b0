namespace Mes.Api.Sessions.Bodies;

/// <summary>Signing in.</summary>
/// <param name="Key">The API key of an operator or a service.</param>
/// <param name="Display">
/// Whether the session is for a display on a wall: it lasts longer, and may read only. Not so if absent.
/// </param>
internal sealed record OpenSessionBody(string? Key, bool? Display);
