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
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Tags;

/// <summary>
/// Answers of tagged queries: the bytes in <see cref="IDistributedCache"/>, behind one line with the stamps that they were
/// computed under and a checksum over key, stamps and bytes, so that what was spoiled is not believed (bug class 35); the stamps themselves beside the orders, where a put renews them in its own step. So each cell has stamps of its own
/// for the same tags, and an answer is a hit only while those of all cells are still the current ones. What is no order's, the answers
/// and the renewal of tags alone, is in one cell.
/// </summary>
internal sealed class TaggedCache(
    RedisGate redis,
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
        var read = await LookAsync(key, tags);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    public async ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value)
    {
        if (!keys.TryGet(Cells.Common, out var epoch, out _))
        {
            return false;
        }

        byte[] stored = [.. Line(key, stamps, value.Span), .. value.Span];
        var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.Value.KeepTagged };
        var answer = await redis.AskAsync(
            epoch.Cell,
            "store",
            (answers, Key: epoch.Answer(key), stored, entry),
            static async (_, to) =>
            {
                await to.answers.SetAsync(to.Key, to.stored, to.entry);
                return true;
            });
        if (answer.Failure == BypassReason.WrongType)
        {
            // Something foreign stands there and would for ever: the next answer has room.
            await redis.AskAsync(epoch.Cell, "remove answer", (answers, Key: epoch.Answer(key)), static async (_, at) =>
            {
                await at.answers.RemoveAsync(at.Key);
                return true;
            });
        }

        return answer.Failure is null;
    }

    public async ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGet(Cells.Common, out var epoch, out _))
        {
            return false;
        }

        var answer = await redis.AskAsync(
            epoch.Cell,
            "renew",
            epoch.Stamps(tags),
            static (database, stamps) => database.ScriptEvaluateAsync(CacheScripts.Renew, stamps, flags: CommandFlags.NoRedirect));
        return answer.Failure is null && licences.PutCounts(epoch, answer.AnsweredBy);
    }

    private async ValueTask<TaggedRead> LookAsync(string key, IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGetAll(out var epochs, out var objection))
        {
            return TaggedRead.Bypass(objection);
        }

        // Sent one behind the other, answered in the same round trip.
        var common = epochs[Cells.Common];
        var bytes = redis.AskAsync(common.Cell, "get answer", (answers, Key: common.Answer(key)), static (_, at) => at.answers.GetAsync(at.Key)).AsTask();
        RedisValue[] arguments = [RandomNumberGenerator.GetHexString(32, lowercase: true), (long)options.Value.KeepTagged.TotalMilliseconds];
        var stamps = await Task.WhenAll(epochs.Select(epoch => redis.AskAsync(
            epoch.Cell,
            "stamps",
            (Keys: epoch.Stamps(tags), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Stamps, script.Keys, script.arguments, CommandFlags.NoRedirect)).AsTask()));
        var answer = await bytes;
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

        return licences.JudgeHit(epochs, [.. stamps.Select(ofCell => ofCell.AnsweredBy)]) switch
        {
            Verdict.Counts => TaggedRead.Found(value, current),
            Verdict.Unverified => TaggedRead.FoundUnverified(value, current),
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
