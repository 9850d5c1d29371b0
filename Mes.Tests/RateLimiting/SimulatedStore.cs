using Mes.Infrastructure.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Mes.Tests.RateLimiting;

/// <summary>
/// What one instance sees of the shared permits: the real script in a real Redis, but at the time of a simulated clock,
/// and each reply comes when the test lets it.
/// </summary>
internal sealed class SimulatedStore(IDatabase redis, FakeTimeProvider clock, string instance) : IRateLimitStore
{
    private static readonly string Script = RedisRateLimitStore.Script.Replace(
        "redis.call('TIME')", "{ ARGV[13], ARGV[14] }", StringComparison.Ordinal);

    private readonly Queue<(TaskCompletionSource<RateLimitGrant?> Reply, RateLimitGrant Grant)> _underWay = new();

    /// <summary>Whether there is a reply on its way.</summary>
    public bool HasReply => _underWay.Count > 0;

    /// <summary>Whether Redis answers nothing.</summary>
    public bool IsAway { get; set; }

    /// <summary>How many questions were asked.</summary>
    public int Questions { get; private set; }

    /// <summary>Whether a reply comes as soon as the question is asked.</summary>
    public bool AnswersAtOnce { get; set; } = true;

    public ValueTask<RateLimitGrant?> AskAsync(string partition, RateLimitTerms terms, RateLimitQuestion question)
    {
        Questions++;
        if (IsAway)
        {
            return new((RateLimitGrant?)null);
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        RedisValue[] time = [now / 1000, now % 1000 * 1000];
        var grant = RedisRateLimitStore.Read(redis.ScriptEvaluate(
            Script,
            [RedisRateLimitStore.KeyOf(0, partition)],
            [.. RedisRateLimitStore.Arguments(instance, terms, question), .. time]));
        if (AnswersAtOnce)
        {
            return new(grant);
        }

        // Continues within Deliver, so that the test knows when the reply has been used.
        var reply = new TaskCompletionSource<RateLimitGrant?>();
        _underWay.Enqueue((reply, grant));
        return new(reply.Task);
    }

    /// <summary>Lets the oldest reply arrive.</summary>
    public void Deliver()
    {
        var (reply, grant) = _underWay.Dequeue();
        reply.SetResult(grant);
    }
}
