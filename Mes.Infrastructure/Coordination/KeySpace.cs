using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mes.Application.Caching;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The keys of the cache that may be used now. All keys of a cell share one hash tag, so that a script finds them on one node;
/// all carry the epoch, so that no key from an earlier epoch is ever read.
/// </summary>
internal sealed class KeySpace(Licences licences, ICacheHealth health, Cells cells)
{
    /// <summary>What stands before the epoch in the keys of stored answers, which the distributed cache writes.</summary>
    public const string AnswerPrefix = "mes:q:";

    /// <summary>A pattern that matches every key of the cache, of whatever epoch.</summary>
    public const string Everything = "mes:*";

    /// <summary>The epoch to use now for an order.</summary>
    /// <param name="objection">Why the cache must be left alone, when it must.</param>
    public bool TryGet(Guid orderId, out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? objection) =>
        TryGet(cells.Of(orderId), out epoch, out objection);

    /// <summary>The epoch to use now for a cell.</summary>
    public bool TryGet(int cell, out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? objection)
    {
        var usable = licences.TryGetEpoch(cell, health.Connected(cell), out var number, out objection);
        epoch = new CacheEpoch(cell, number);
        return usable;
    }

    /// <summary>The epochs of all cells: an answer made of many orders needs every one of them.</summary>
    public bool TryGetAll([NotNullWhen(true)] out CacheEpoch[]? epochs, [NotNullWhen(false)] out BypassReason? objection)
    {
        epochs = new CacheEpoch[cells.Count];
        objection = null;
        for (var cell = 0; cell < epochs.Length; cell++)
        {
            if (!TryGet(cell, out epochs[cell], out objection))
            {
                epochs = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>The cell and epoch of a key: <c>mes:{cell}:epoch:…</c>, or <c>mes:q:epoch:…</c> for a stored answer.</summary>
    /// <returns>Null when the cache did not write it.</returns>
    public static CacheEpoch? EpochOf(string key)
    {
        if (key.Split(':', 4) is not { Length: 4 } parts || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
        {
            return null;
        }

        return parts[1] == "q" ? new CacheEpoch(Cells.Common, epoch)
            : parts[1] is ['{', .. var digits, '}'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var cell)
                ? new CacheEpoch(cell, epoch)
                : null;
    }
}
