namespace Mes.Infrastructure.Paging;

/// <summary>The key that signs cursors. All instances share it.</summary>
internal interface ICursorKey
{
    /// <exception cref="System.Data.Common.DbException">The database is away, and the key is not known yet.</exception>
    byte[] Read();
}
