using System.Globalization;
using Mes.Infrastructure.Coordination;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Keys;

/// <summary>The names of all keys in an epoch of a cell.</summary>
internal static class CacheEpochKeys
{
    extension(CacheEpoch epoch)
    {
        /// <summary>What stands before the <see cref="OrderMember"/> in the key of an entry.</summary>
        public string EntryPrefix => epoch.Prefix("o");

        public RedisKey Entry(Guid orderId) => OfOrder(epoch, 'o', orderId);

        public RedisKey Lease(Guid orderId) => OfOrder(epoch, 'l', orderId);

        /// <summary>The change log of the cell.</summary>
        public RedisKey Log => epoch.Prefix("c");

        public RedisKey[] Stamps(IReadOnlyCollection<string> tags)
        {
            var keys = new RedisKey[tags.Count];
            var i = 0;
            foreach (var tag in tags)
            {
                keys[i++] = epoch.Stamp(tag);
            }

            return keys;
        }

        public RedisKey Stamp(string tag) => epoch.Prefix("t") + tag;

        /// <summary>The sorted sets of a group, in the order of <see cref="IndexGroup.Kinds"/>.</summary>
        public RedisKey[] Indexes(IndexGroup group)
        {
            var keys = new RedisKey[group.Kinds.Count];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = epoch.Index(group, group.Kinds[i]);
            }

            return keys;
        }

        public RedisKey Index(IndexGroup group, IndexKind kind) =>
            kind == IndexKind.Board ? epoch.Prefix(kind.Letters()) : epoch.Prefix(kind.Letters()) + group.SellerId;

        /// <summary>Holds the name of the instance that builds the indexes of a group.</summary>
        public RedisKey Builder(IndexGroup group) => epoch.Prefix("w") + group;

        /// <summary>Holds the note of how far the indexes of a group have been built.</summary>
        public RedisKey Progress(IndexGroup group) => epoch.Prefix("p") + group;

        /// <summary>
        /// A key within the distributed cache, which puts <see cref="KeySpace.AnswerPrefix"/> before it.
        /// </summary>
        public string Answer(string query) =>
            string.Create(CultureInfo.InvariantCulture, $"{epoch.Number}:{{{epoch.Cell}}}:{query}");
    }

    private static RedisKey OfOrder(CacheEpoch epoch, char kind, Guid orderId)
    {
        Span<char> member = stackalloc char[OrderMember.Length];
        OrderMember.Write(orderId, member);
        return string.Create(CultureInfo.InvariantCulture, $"mes:{{{epoch.Cell}}}:{epoch.Number}:{kind}:{member}");
    }
}
