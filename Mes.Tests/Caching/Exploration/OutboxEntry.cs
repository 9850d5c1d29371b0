namespace Mes.Tests.Caching.Exploration;

/// <summary>A change that the cache may not have yet.</summary>
internal sealed class OutboxEntry(int version, Actor writer)
{
    private bool _isOverdue;

    public int Version => version;

    /// <summary>Its writer will not see to it any more: it gave up, or died.</summary>
    public bool IsLeftBehind => _isOverdue || writer.IsGone;

    public void MarkOverdue() => _isOverdue = true;
}
