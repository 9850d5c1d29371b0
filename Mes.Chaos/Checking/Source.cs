namespace Mes.Chaos.Checking;

/// <summary>Where an answer came from, by its <c>Cache-Status</c>.</summary>
internal enum Source : byte
{
    None,
    Hit,

    /// <summary>A hit that says of itself that it may be old.</summary>
    Unverified,
    Miss,

    /// <summary>The instance could not, or must not, use the cache.</summary>
    Bypass,
}
