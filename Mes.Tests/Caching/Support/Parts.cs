namespace Mes.Tests.Caching.Support;

internal static class Parts
{
    /// <summary>Ends them in this order; those that the set-up did not get to are not there.</summary>
    public static async Task EndAsync(params IAsyncDisposable?[] parts)
    {
        foreach (var part in parts)
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
