namespace Mes.Chaos.Checking;

/// <summary>The source of an answer, by its <c>Cache-Status</c>.</summary>
internal enum Source : byte
{
    None,
    Hit,

    /// <summary>A hit that says that it may be old.</summary>
    Unverified,
    Miss,

    /// <summary>The instance could not use the cache, or was not allowed to.</summary>
    Bypass,
}
