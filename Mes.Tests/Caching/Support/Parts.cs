namespace Mes.Tests.Caching.Support;

internal static class Parts
{
    /// <summary>Ends the parts in this order. A part is null if the set-up did not reach it.</summary>
    public static async Task EndAsync(params IAsyncDisposable?[] parts)
    {
        foreach (var part in parts)
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
