namespace Mes.Infrastructure.Callers;

/// <summary>Why a caller was not authenticated.</summary>
public enum AuthenticationFailure
{
    /// <summary>The caller sent no key, or not as a bearer token.</summary>
    Missing,

    /// <summary>What the caller sent is not a key.</summary>
    Malformed,

    /// <summary>The key does not exist, or has been revoked.</summary>
    Unknown,

    /// <summary>The key exists, with another secret.</summary>
    WrongSecret,
}
