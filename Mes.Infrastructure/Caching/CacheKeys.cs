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
