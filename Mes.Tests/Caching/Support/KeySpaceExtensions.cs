using System.Diagnostics.CodeAnalysis;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;

namespace Mes.Tests.Caching.Support;

internal static class KeySpaceExtensions
{
    /// <summary>The keys of the current epoch; of the first cell, if there are several.</summary>
    public static CacheEpoch Require(this KeySpace keys) => keys.RequireAll()[Cells.Common];

    /// <summary>The keys of an order's cell in the current epoch.</summary>
    public static CacheEpoch Require(this KeySpace keys, Guid orderId) =>
        keys.TryGetEpoch(orderId, out var epoch, out var objection)
        ? epoch
        : throw new InvalidOperationException($"The cache may not be used: {objection}");

    /// <summary>The keys of every cell in its current epoch.</summary>
    public static CacheEpoch[] RequireAll(this KeySpace keys) => keys.TryGetEpochs(out var epochs, out var objection)
        ? epochs
        : throw new InvalidOperationException($"The cache may not be used: {objection}");

    /// <summary>The keys of the first cell, if all cells can be used.</summary>
    public static bool TryGetEpoch(
        this KeySpace keys, out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? objection)
    {
        var isUsable = keys.TryGetEpochs(out var epochs, out objection);
        epoch = epochs is null ? default : epochs[Cells.Common];
        return isUsable;
    }
}
