using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mes.Infrastructure.Licensing;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// The names of everything in the cache. All keys of an order share one hash tag, so that a script finds them on one node;
/// all carry the epoch, so that nothing from before is ever read.
/// </summary>
internal sealed class CacheKeys(Licences licences, ICacheHealth health, Cells cells)
{
    /// <summary>What stands before the epoch in the keys of stored answers, where <see cref="GuardedDistributedCache"/> puts it.</summary>
    public const string AnswerPrefix = "mes:q:";

    /// <summary>Matches all of them, of whatever epoch.</summary>
    public const string Everything = "mes:*";

    /// <summary>Of a write that is only tried: in no epoch.</summary>
    public static RedisKey Trial(int cell) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{cell}}}:trial");

    /// <summary>The keys of an order to work with now.</summary>
    /// <param name="objection">Why the cache must be left alone, when it must.</param>
    public bool TryGet(Guid orderId, out Epoch epoch, [NotNullWhen(false)] out string? objection) =>
        TryGet(cells.Of(orderId), out epoch, out objection);

    /// <summary>The keys of a cell to work with now.</summary>
    public bool TryGet(int cell, out Epoch epoch, [NotNullWhen(false)] out string? objection)
    {
        var usable = licences.TryGetEpoch(cell, health.Connected(cell), out var number, out objection);
        epoch = new Epoch(cell, number);
        return usable;
    }

    /// <summary>The keys of all cells: for what is made of many orders, which needs every one of them.</summary>
    public bool TryGetAll([NotNullWhen(true)] out Epoch[]? epochs, [NotNullWhen(false)] out string? objection)
    {
        epochs = new Epoch[cells.Count];
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

    /// <summary>Which cell and epoch a key belongs to: <c>mes:{cell}:epoch:…</c>, or <c>mes:q:epoch:…</c> for a stored answer.</summary>
    /// <returns>Null when it is none of ours.</returns>
    public static Epoch? EpochOf(string key)
    {
        if (key.Split(':', 4) is not { Length: 4 } parts || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
        {
            return null;
        }

        return parts[1] == "q" ? new Epoch(Cells.Common, epoch)
            : parts[1] is ['{', .. var digits, '}'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var cell) ? new Epoch(cell, epoch)
            : null;
    }

    /// <summary>The keys of one epoch of a cell.</summary>
    internal readonly struct Epoch(int cell, long number)
    {
        public int Cell => cell;

        public long Number => number;

        /// <summary>What the key of every order's entry starts with, before its <see cref="OrderMember"/>.</summary>
        public string EntryPrefix => Prefix("o");

        public RedisKey Entry(Guid orderId) => Key('o', orderId);

        public RedisKey Lease(Guid orderId) => Key('l', orderId);

        public RedisKey[] Stamps(IReadOnlyCollection<string> tags)
        {
            var keys = new RedisKey[tags.Count];
            var i = 0;
            foreach (var tag in tags)
            {
                keys[i++] = Stamp(tag);
            }

            return keys;
        }

        public RedisKey Stamp(string tag) => Prefix("t") + tag;

        /// <summary>The sorted sets of a group, in the order of <see cref="IndexGroup.Kinds"/>.</summary>
        public RedisKey[] Indexes(IndexGroup group)
        {
            var keys = new RedisKey[group.Kinds.Count];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = Index(group, group.Kinds[i]);
            }

            return keys;
        }

        public RedisKey Index(IndexGroup group, IndexKind kind) =>
            kind == IndexKind.Board ? Prefix(kind.Letters()) : Prefix(kind.Letters()) + group.SellerId;

        /// <summary>Who builds the indexes of a group.</summary>
        public RedisKey Builder(IndexGroup group) => Prefix("w") + group;

        /// <summary>How far the indexes of a group have been built.</summary>
        public RedisKey Progress(IndexGroup group) => Prefix("p") + group;

        /// <summary>Within the distributed cache, whose own prefix comes before it.</summary>
        public string Answer(string query) => string.Create(CultureInfo.InvariantCulture, $"{number}:{{{cell}}}:{query}");

        private RedisKey Key(char kind, Guid orderId)
        {
            Span<char> member = stackalloc char[OrderMember.Length];
            OrderMember.Write(orderId, member);
            return string.Create(CultureInfo.InvariantCulture, $"mes:{{{cell}}}:{number}:{kind}:{member}");
        }

        private string Prefix(string kind) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{cell}}}:{number}:{kind}:");
    }
}
