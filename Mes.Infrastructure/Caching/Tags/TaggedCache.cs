using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Tags;

/// <summary>
/// Answers of tagged queries, in <see cref="IDistributedCache"/>. A stored answer starts with one line: the stamps that
/// it was computed under, and a checksum over key, stamps and bytes, so that a reader notices corrupt bytes (bug class
/// 35). The stamps are kept beside the orders, where a put renews them in its own step.
/// </summary>
/// <remarks>
/// So each cell has its own stamps for the same tags, and an answer is a hit only while the stamps of all cells are
/// current. What belongs to no order, the answers and the renewal of tags alone, is in one cell.
/// </remarks>
internal sealed class TaggedCache(
    RedisRouter redis,
    KeySpace keys,
    Licences licences,
    IDistributedCache answers,
    IOptions<CacheOptions> options,
    CacheMetrics metrics)
    : ITaggedCache
{
    private const int SumDigits = 8;

    public async ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags)
    {
        var read = await ReadAnswerAsync(key, tags);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    public async ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value)
    {
        if (!keys.TryGetEpoch(Cells.Common, out var epoch, out _))
        {
            return false;
        }

        var stored = Encode(key, stamps, value.Span);
        var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.Value.KeepTagged };
        var reply = await redis.SendAsync(
            epoch.Cell,
            "store",
            (answers, Key: epoch.Answer(key), stored, entry),
            static async (_, to) =>
            {
                await to.answers.SetAsync(to.Key, to.stored, to.entry);
                return true;
            });
        if (reply.Failure == BypassReason.WrongType)
        {
            // A foreign value has the key and would keep it for ever. Once it is removed, the next answer can be
            // stored.
            await redis.SendAsync(
                epoch.Cell,
                "remove answer",
                (answers, Key: epoch.Answer(key)),
                static async (_, at) =>
                {
                    await at.answers.RemoveAsync(at.Key);
                    return true;
                });
        }

        return reply.Failure is null;
    }

    public async ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGetEpoch(Cells.Common, out var epoch, out _))
        {
            return false;
        }

        var reply = await ScriptCall.Renew(epoch.Stamps(tags)).RunAsync(redis, epoch.Cell, "renew");
        return reply.Failure is null && licences.IsPutValid(epoch, reply.AnsweredBy);
    }

    /// <summary>The bytes of a stored answer.</summary>
    internal static byte[] Encode(string key, TagStamps stamps, ReadOnlySpan<byte> value) =>
        [.. Line(key, stamps, value), .. value];

    private async ValueTask<TaggedRead> ReadAnswerAsync(string key, IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGetEpochs(out var epochs, out var objection))
        {
            return TaggedRead.Bypass(objection);
        }

        // Sent one after the other, answered in the same round trip.
        var common = epochs[Cells.Common];
        var reading = redis.SendAsync(
            common.Cell,
            "get answer",
            (answers, Key: common.Answer(key)),
            static (_, at) => at.answers.GetAsync(at.Key)).AsTask();
        var newStamp = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var keepMs = (long)options.Value.KeepTagged.TotalMilliseconds;
        var stamps = await Task.WhenAll(epochs.Select(epoch =>
            ScriptCall.Stamps(epoch.Stamps(tags), newStamp, keepMs).RunAsync(redis, epoch.Cell, "stamps").AsTask()));
        var answer = await reading;
        if (stamps.FirstOrDefault(ofCell => ofCell.Failure is not null) is { Failure: { } why })
        {
            return TaggedRead.Bypass(why);
        }

        var current = new TagStamps([.. stamps.SelectMany(ofCell => (string[])ofCell.Value!)]);
        var words = Words(current);
        if (answer.Failure is not null || answer.Value is not { } stored || !stored.AsSpan().StartsWith(words))
        {
            return TaggedRead.Miss(current);
        }

        var value = stored.AsMemory(Math.Min(words.Length + SumDigits + 1, stored.Length));
        if (!stored.AsSpan().StartsWith(Line(key, current, value.Span)))
        {
            metrics.Unreadable();
            return TaggedRead.Miss(current);
        }

        return licences.Validate(epochs, [.. stamps.Select(ofCell => ofCell.AnsweredBy)]) switch
        {
            HitValidity.Valid => TaggedRead.Found(value, current),
            HitValidity.Unverified => TaggedRead.FoundUnverified(value, current),
            _ => TaggedRead.Bypass(BypassReason.NoLicence),
        };
    }

    private static byte[] Words(TagStamps stamps) => Encoding.UTF8.GetBytes(string.Join(' ', stamps.Values) + ' ');

    private static byte[] Line(string key, TagStamps stamps, ReadOnlySpan<byte> value)
    {
        var words = Words(stamps);
        var sum = Crc32C.Of(Encoding.UTF8.GetBytes(key), words, value);
        return [.. words, .. Encoding.ASCII.GetBytes(sum.ToString("x8", CultureInfo.InvariantCulture)), (byte)'\n'];
    }
}
