using System.Security.Cryptography;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.RateLimiting;

/// <summary>
/// Counts permits in Redis, one key for each caller. The keys belong to no epoch of the cache, because a new epoch must
/// not give permits back, and they expire by themselves.
/// </summary>
internal sealed class RedisRateLimitStore(RedisRouter redis, Cells cells) : IRateLimitStore
{
    private const string Operation = "limit";
    private const int InstanceDigits = 8;

    private readonly string _instance = RandomNumberGenerator.GetHexString(InstanceDigits, lowercase: true);

    public async ValueTask<RateLimitGrant?> AskAsync(
        string partition, RateLimitTerms terms, RateLimitQuestion question)
    {
        var cell = cells.OfName(partition);
        var reply = await redis.SendAsync(
            cell,
            Operation,
            terms.AnswerTime,
            (Key: KeyOf(cell, partition), Arguments: Arguments(_instance, terms, question)),
            static (database, call) =>
                database.ScriptEvaluateAsync(Script, [call.Key], call.Arguments, CommandFlags.NoRedirect));
        return reply.Failure is null ? Read(reply.Value) : null;
    }

    internal static string Script { get; } = EmbeddedScript.Read("Mes.Infrastructure.RateLimiting", "grant");

    /// <summary>On a Redis Cluster on the server of its cell, as all keys are.</summary>
    internal static RedisKey KeyOf(int cell, string partition) => $"mes:{{{cell}}}:limit:{partition}";

    internal static RedisValue[] Arguments(string instance, RateLimitTerms terms, RateLimitQuestion question) =>
    [
        instance, terms.Limit, terms.HeldByAll, Milliseconds(terms.Horizon), Milliseconds(terms.Step),
        // The instance counts from the moment of asking, and so stops earlier.
        Milliseconds(terms.HoldTime + terms.AnswerTime), question.Cost, question.Wanted, question.Rest,
        question.Returned, Milliseconds(question.Age), question.Debt,
    ];

    internal static RateLimitGrant Read(RedisResult reply)
    {
        var numbers = (long[])reply!;
        return new RateLimitGrant(
            numbers[0],
            numbers[1],
            numbers[2],
            TimeSpan.FromMilliseconds(numbers[3]),
            TimeSpan.FromMilliseconds(numbers[4]));
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
