using System.Security.Cryptography;
using System.Text;
using Mes.Application.Caching;
using Mes.Infrastructure.Licensing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// Answers of tagged queries: the bytes in <see cref="IDistributedCache"/>, behind one line with the stamps that they were
/// computed under; the stamps themselves beside the orders, where a put renews them in its own step.
/// </summary>
internal sealed class TaggedCache(
    RedisGate redis,
    CacheKeys keys,
    Licences licences,
    IDistributedCache answers,
    IOptions<CacheOptions> options,
    CacheMetrics metrics)
    : ITaggedCache
{
    public async ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags)
    {
        var read = await LookAsync(key, tags);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    public async ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value)
    {
        if (!keys.TryGet(out var epoch, out _))
        {
            return false;
        }

        byte[] stored = [.. Line(stamps), .. value.Span];
        var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.Value.KeepTagged };
        var answer = await redis.AskAsync(
            "store",
            (answers, Key: epoch.Answer(key), stored, entry),
            static async (_, to) =>
            {
                await to.answers.SetAsync(to.Key, to.stored, to.entry);
                return true;
            });
        if (answer.Failure == RedisGate.WrongType)
        {
            // Something foreign stands there and would for ever: the next answer has room.
            await redis.AskAsync("remove answer", (answers, Key: epoch.Answer(key)), static async (_, at) =>
            {
                await at.answers.RemoveAsync(at.Key);
                return true;
            });
        }

        return answer.Failure is null;
    }

    public async ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGet(out var epoch, out _))
        {
            return false;
        }

        var answer = await redis.AskAsync(
            "renew",
            epoch.Stamps(tags),
            static (database, stamps) => database.ScriptEvaluateAsync(CacheScripts.Renew, stamps));
        return answer.Failure is null && licences.PutCounts(epoch.Number, answer.AnsweredBy);
    }

    private async ValueTask<TaggedRead> LookAsync(string key, IReadOnlyCollection<string> tags)
    {
        if (!keys.TryGet(out var epoch, out var objection))
        {
            return TaggedRead.Bypass(objection);
        }

        // Sent one behind the other, answered in the same round trip.
        var bytes = redis.AskAsync("get answer", (answers, Key: epoch.Answer(key)), static (_, at) => at.answers.GetAsync(at.Key)).AsTask();
        RedisValue[] arguments = [RandomNumberGenerator.GetHexString(32, lowercase: true), (long)options.Value.KeepTagged.TotalMilliseconds];
        var stamps = await redis.AskAsync(
            "stamps",
            (Keys: epoch.Stamps(tags), arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Stamps, script.Keys, script.arguments));
        var answer = await bytes;
        if (stamps.Failure is { } why)
        {
            return TaggedRead.Bypass(why);
        }

        var current = new TagStamps((string[])stamps.Value!);
        var line = Line(current);
        if (answer.Failure is not null || answer.Value is not { } stored || !stored.AsSpan().StartsWith(line))
        {
            return TaggedRead.Miss(current);
        }

        var value = stored.AsMemory(line.Length);
        return licences.JudgeHit(orderId: null, epoch.Number, stamps.AnsweredBy) switch
        {
            Verdict.Counts => TaggedRead.Found(value, current),
            Verdict.Unverified => TaggedRead.FoundUnverified(value, current),
            _ => TaggedRead.Bypass(Licences.None),
        };
    }

    private static byte[] Line(TagStamps stamps) => Encoding.ASCII.GetBytes(string.Join(' ', stamps.Values) + '\n');
}
