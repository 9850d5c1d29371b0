namespace Mes.Application.Persistence;

/// <summary>
/// The changes that the cache may not have yet. The database itself writes a row with every change, in its transaction;
/// the relay repairs what is left behind.
/// </summary>
public interface IOutbox
{
    /// <summary>The cache has this version of the order, or a newer one: its row can go. Returns at once; rows go in batches.</summary>
    void Settled(Guid orderId, int version);

    /// <summary>The tags that this request committed have new stamps: their row can go.</summary>
    void TagsSettled();
}
