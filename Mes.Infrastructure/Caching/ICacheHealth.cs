namespace Mes.Infrastructure.Caching;

/// <summary>Whether the cache is being used.</summary>
public interface ICacheHealth
{
    /// <summary>The cache answers, as far as this instance knows. Always false where it is turned off.</summary>
    bool IsReachable { get; }

    /// <summary>Why it is not used; null when it is.</summary>
    string? Trouble { get; }
}
