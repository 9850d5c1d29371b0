using System.Globalization;

namespace Mes.Infrastructure.Coordination;

/// <summary>One epoch of one cell. Every key of the cache belongs to exactly one.</summary>
/// <param name="Cell">The cell's number, which is the hash tag of the keys.</param>
/// <param name="Number">The epoch's number within the cell.</param>
internal readonly record struct CacheEpoch(int Cell, long Number)
{
    /// <summary>The beginning of all keys of one kind.</summary>
    /// <param name="kind">One or two letters.</param>
    public string Prefix(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{Number}:{kind}:");
}
