using System.Threading.Channels;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Tells, within this instance, that changes have been settled: their outbox rows are gone, or no licence covers their
/// orders any more. So their events may be told. It may be set by several threads; one waits for it.
/// </summary>
internal sealed class SettledSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Returns at once if it has been set since the last wait.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken);
}
