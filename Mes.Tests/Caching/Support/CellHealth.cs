using Mes.Infrastructure.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>Reports one cell of the cache as away, whatever its Redis does.</summary>
internal sealed class CellHealth(ICacheHealth inner, int away) : ICacheHealth
{
    public bool IsDisabled => inner.IsDisabled;

    public bool IsAnswering(int cell) => cell != away && inner.IsAnswering(cell);

    public bool HasRecovered(int cell) => cell != away && inner.HasRecovered(cell);

    public ValueTask<bool> CanWriteAsync(int cell) => cell == away ? new(false) : inner.CanWriteAsync(cell);

    public string? TroubleWith(int cell) => inner.TroubleWith(cell);

    public DataSet? Connected(int cell) => cell == away ? null : inner.Connected(cell);

    public CellAssignment? Assigned(int cell) => cell == away ? null : inner.Assigned(cell);
}
