using StackExchange.Redis;

namespace Mes.Chaos.Cluster;

internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits for what a Redis is to say of itself. While it does not answer, it has not said so.</summary>
    /// <exception cref="InvalidOperationException">It never did.</exception>
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
                // Not there yet.
            }

            if (limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Waited in vain until {what}.");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
