using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Paging;

/// <summary>
/// Reads the key once for each generation of the database, because a restored database may have another key. A failure
/// is not remembered.
/// </summary>
internal sealed class CursorKey(IDbContextFactory<MesDbContext> contexts, LicencePoll poll) : ICursorKey
{
    private Known? _known;

    public byte[] Read()
    {
        // From before the read: if the database becomes another one meanwhile, the key is read again.
        var generation = poll.Latest?.DatabaseGeneration ?? 0;
        if (_known is { } known && known.Generation == generation)
        {
            return known.Key;
        }

        using var context = contexts.CreateDbContext();
        var key = context.Secrets.Single(secret => secret.Name == ServiceSecret.CursorKey).Value;
        _known = new Known(key, generation);
        return key;
    }

    private sealed record Known(byte[] Key, long Generation);
}
