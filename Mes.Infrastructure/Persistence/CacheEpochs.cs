using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

/// <summary>Which keys of the cache may be read at all: those of the current epoch.</summary>
internal static class CacheEpochs
{
    /// <summary>From now on nothing that is cached is read any more.</summary>
    public static Task<int> StartNewAsync(MesDbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync("UPDATE cache_cells SET epoch = epoch + 1", cancellationToken);
}
