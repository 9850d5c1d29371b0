using System.Runtime.CompilerServices;
using Mes.Application.Caching;

namespace Mes.Tests.Caching.Exploration;

/// <summary>A miss that several readers share. The first of them, the leader, fills the cache for all.</summary>
internal sealed class SharedFill(SharedMiss miss, Actor leader)
{
    public Actor Leader => leader;

    public bool IsUnderWay => FillOf(miss) is { IsCompleted: false };

    /// <summary>The cache did not answer the put.</summary>
    public bool WasLeftUnanswered { get; set; }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_fill")]
    private static extern ref Task<FilledOrder>? FillOf(SharedMiss miss);
}
