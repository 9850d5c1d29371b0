namespace Mes.Infrastructure.Callers;

/// <summary>Why somebody was not let in.</summary>
public enum AuthenticationFailure
{
    /// <summary>No key was sent, or not as a bearer token.</summary>
    Missing,

    /// <summary>What was sent is no key.</summary>
    Malformed,

    /// <summary>There is no such key, or it has been revoked.</summary>
    Unknown,

    /// <summary>There is such a key, with another secret.</summary>
    WrongSecret,
}
