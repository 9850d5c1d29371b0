using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mes.Application.Caching;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Decides whether an instance may use the cache now, and with which keys. All keys of a cell share one hash tag, so a
/// script finds them on one node. All keys carry their epoch, so no key of an earlier epoch is ever read.
/// </summary>
internal sealed class KeySpace(LicencePoll poll, ICacheHealth health, Cells cells)
{
    /// <summary>
    /// The keys of stored answers begin with this and their epoch. The distributed cache writes them.
    /// </summary>
    public const string AnswerPrefix = "mes:q:";

    /// <summary>A pattern that matches every key of the cache, of any epoch.</summary>
    public const string Everything = "mes:*";

    /// <summary>The epoch to use now for an order.</summary>
    /// <param name="bypassReason">Why the instance must not use the cache, if it must not.</param>
    public bool TryGetEpoch(Guid orderId, out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason) =>
        TryGetEpoch(cells.Of(orderId), out epoch, out bypassReason);

    /// <summary>The epoch to use now for a cell.</summary>
    /// <inheritdoc cref="TryGetEpoch(Guid, out CacheEpoch, out BypassReason)"/>
    public bool TryGetEpoch(int cell, out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason)
    {
        var latest = poll.Latest;
        if (latest is null || latest.Cells.Count != cells.Count)
        {
            epoch = new CacheEpoch(cell, 0);
            bypassReason = latest is null ? BypassReason.Starting : BypassReason.OtherCells;
            return false;
        }

        var connected = health.Connected(cell);
        var state = latest.Cells[cell];
        epoch = new CacheEpoch(cell, state.Epoch);
        bypassReason = state switch
        {
            { IsOfThisDatabase: false } => BypassReason.OtherDatabase,
            { IsEpochUsable: false } => BypassReason.NewEpoch,
            _ when state.Layout != CacheLayout.Current => BypassReason.OtherLayout,
            _ when connected is null => BypassReason.Unreachable,
            _ when state.DataSet != connected.Name => BypassReason.OtherDataSet,
            _ => null,
        };
        return bypassReason is null;
    }

    /// <summary>The epochs of all cells. An answer made of many orders needs every one of them.</summary>
    /// <inheritdoc cref="TryGetEpoch(Guid, out CacheEpoch, out BypassReason)"/>
    public bool TryGetEpochs(
        [NotNullWhen(true)] out CacheEpoch[]? epochs, [NotNullWhen(false)] out BypassReason? bypassReason)
    {
        epochs = new CacheEpoch[cells.Count];
        bypassReason = null;
        for (var cell = 0; cell < epochs.Length; cell++)
        {
            if (!TryGetEpoch(cell, out epochs[cell], out bypassReason))
            {
                epochs = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>The epoch of a key: <c>mes:{cell}:epoch:…</c>, or <c>mes:q:epoch:…</c> for a stored answer.</summary>
    /// <returns>Null if the cache did not write the key.</returns>
    public static CacheEpoch? EpochOf(string key)
    {
        if (key.Split(':', 4) is not { Length: 4 } parts || !TryParse(parts[2], out long epoch))
        {
            return null;
        }

        return parts[1] == "q" ? new CacheEpoch(Cells.Common, epoch)
            : parts[1] is ['{', .. var digits, '}'] && TryParse(digits, out int cell) ? new CacheEpoch(cell, epoch)
            : null;
    }

    private static bool TryParse<T>(string digits, out T number)
        where T : struct, System.Numerics.INumberBase<T> =>
        T.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
