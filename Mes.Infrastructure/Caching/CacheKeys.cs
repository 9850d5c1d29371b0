using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mes.Infrastructure.Licensing;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// The names of everything in the cache. All keys of an order share one hash tag, so that a script finds them on one node;
/// all carry the epoch, so that nothing from before is ever read.
/// </summary>
internal sealed class CacheKeys(Licences licences, ICacheHealth health)
{
    /// <summary>What stands before the epoch in the keys of stored answers, where <see cref="GuardedDistributedCache"/> puts it.</summary>
    public const string AnswerPrefix = "mes:q:";

    /// <summary>Matches all of them, of whatever epoch.</summary>
    public const string Everything = "mes:*";

    /// <summary>A single Redis is one cell.</summary>
    private const int Cell = 0;

    /// <summary>The keys to work with now.</summary>
    /// <param name="objection">Why the cache must be left alone, when it must.</param>
    public bool TryGet(out Epoch epoch, [NotNullWhen(false)] out string? objection)
    {
        var usable = licences.TryGetEpoch(health.Connected, out var number, out objection);
        epoch = new Epoch(number);
        return usable;
    }

    /// <summary>Which epoch a key belongs to: the number between its second and third colon.</summary>
    /// <returns>Null when it is none of ours.</returns>
    public static long? EpochOf(string key) =>
        key.Split(':', 4) is { Length: 4 } parts && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : null;

    /// <summary>The keys of one epoch.</summary>
    internal readonly struct Epoch(long number)
    {
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
        public string Answer(string query) => string.Create(CultureInfo.InvariantCulture, $"{number}:{query}");

        private RedisKey Key(char kind, Guid orderId)
        {
            Span<char> member = stackalloc char[OrderMember.Length];
            OrderMember.Write(orderId, member);
            return string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{number}:{kind}:{member}");
        }

        private string Prefix(string kind) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{number}:{kind}:");
    }
}
