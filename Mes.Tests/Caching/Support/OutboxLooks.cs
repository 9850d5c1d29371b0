using System.Data.Common;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// Counts how often an instance looks whether its overdue row is gone. A test can then tell a change that was looked at
/// and is still not acknowledged from one that is merely slow.
/// </summary>
internal sealed class OutboxLooks : DbCommandInterceptor
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void AddTo(IServiceCollection services) =>
        services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(this));

    /// <summary>Waits until the instance has made one more whole look.</summary>
    public Task AgainAsync()
    {
        var before = Count;
        return Eventually.IsTrue(() => Count >= before + 2, Limit, "the writer looks at its row again");
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith("SELECT EXISTS", StringComparison.Ordinal)
            && command.CommandText.Contains("FROM outbox", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _count);
        }

        return new(result);
    }
}
