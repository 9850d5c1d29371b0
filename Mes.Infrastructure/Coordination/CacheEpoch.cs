using System.Globalization;

namespace Mes.Infrastructure.Coordination;

/// <summary>One epoch of one cell: the part of the key space that its keys are in.</summary>
/// <param name="Cell">Its number, which is the hash tag of its keys.</param>
/// <param name="Number">The epoch's, of that cell.</param>
internal readonly record struct CacheEpoch(int Cell, long Number)
{
    /// <summary>What stands before the name of each key of one kind.</summary>
    /// <param name="kind">One or two letters.</param>
    public string Prefix(string kind) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{Cell}}}:{Number}:{kind}:");
}
