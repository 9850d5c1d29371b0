using StackExchange.Redis;

namespace Mes.Chaos.Cluster;

internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a Redis reports a condition. No answer counts as not yet.</summary>
    /// <exception cref="InvalidOperationException">The condition did not come true in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (RedisException) when (!limit.IsCancellationRequested)
            {
                // Redis does not answer yet.
            }

            if (limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Waited in vain until {what}.");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
