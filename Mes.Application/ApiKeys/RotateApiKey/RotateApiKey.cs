using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.RotateApiKey;

/// <summary>
/// Issues the key that follows a key, for the same holder. Both are good for the overlap, or until the old one would
/// have expired.
/// </summary>
/// <param name="CallerKeyId">
/// The id of the key that the caller sent: a seller's key rotates itself only. One that ends in an hour must not renew
/// a sibling that does not end.
/// </param>
/// <param name="Live">False for a key of a test installation.</param>
public sealed record RotateApiKey(string KeyId, Caller Caller, string CallerKeyId, int OverlapSeconds, bool Live)
    : ICommand<IssuedApiKey>
{
    public IReadOnlyCollection<string> Tags => [];
}
