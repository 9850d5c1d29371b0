namespace Mes.Infrastructure.Paging;

/// <summary>The key that signs cursors, which all instances share.</summary>
internal interface ICursorKey
{
    /// <exception cref="System.Data.Common.DbException">The database is away, and the key is not known yet.</exception>
    byte[] Read();
}
