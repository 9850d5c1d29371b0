using System.Collections.Frozen;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence.Model;

namespace Mes.Infrastructure.Callers;

/// <summary>Every key that is good, as of one moment.</summary>
/// <param name="Generation">Of the database (<see cref="Coordination.DatabaseState.DatabaseGeneration"/>), from before it was asked: in another one the same revision may mean other keys.</param>
/// <param name="Revision">The table's, which every change of a key raises.</param>
/// <param name="AskedAt">When the database was asked, by the instance's monotonic clock: the table is as new as that, or newer.</param>
internal sealed record KeyTable(long Generation, long Revision, long AskedAt, FrozenDictionary<string, KeyTable.Entry> Keys)
{
    internal sealed record Entry(byte[] SecretHash, Caller Caller);
}
