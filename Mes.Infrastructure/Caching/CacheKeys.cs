using System.Globalization;
using Mes.Infrastructure.Persistence;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// The names of everything in the cache. All keys of an order share one hash tag, so that a script finds them on one node;
/// all carry the epoch, so that nothing from before is ever read.
/// </summary>
internal sealed class CacheKeys(DatabaseWatch watch)
{
    /// <summary>A single Redis is one cell.</summary>
    private const int Cell = 0;

    /// <returns>Null until the database has said which epoch this is.</returns>
    public Epoch? Current => watch.Latest is { } latest ? new Epoch(latest.CacheEpoch) : null;

    /// <summary>The keys of one epoch.</summary>
    internal readonly struct Epoch(long number)
    {
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

        public RedisKey Stamp(string tag) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{number}:t:{tag}");

        /// <summary>Within the distributed cache, whose own prefix comes before it.</summary>
        public string Answer(string query) => string.Create(CultureInfo.InvariantCulture, $"{number}:{query}");

        private RedisKey Key(char kind, Guid orderId) =>
            string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{number}:{kind}:{orderId:N}");
    }
}
