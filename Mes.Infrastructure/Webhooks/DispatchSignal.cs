using System.Threading.Channels;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// Tells the dispatcher of this instance that something may be due. It may be set by several threads; one waits for it.
/// </summary>
internal sealed class DispatchSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Returns at once if it has been set since the last wait, and in any case after the limit.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await _set.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit: look in any case.
        }
    }
}
