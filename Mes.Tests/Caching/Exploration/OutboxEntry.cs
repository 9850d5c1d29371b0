namespace Mes.Tests.Caching.Exploration;

/// <summary>A change that the cache may not have yet.</summary>
internal sealed class OutboxEntry(int version, Actor writer)
{
    private bool _isOverdue;

    public int Version => version;

    /// <summary>The writer will not confirm the put any more: it has handed the change over, or has died.</summary>
    public bool IsLeftBehind => _isOverdue || writer.IsGone;

    public void MarkOverdue() => _isOverdue = true;
}
