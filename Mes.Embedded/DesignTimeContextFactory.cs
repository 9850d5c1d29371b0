using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Mes.Embedded;

/// <summary>Used by <c>dotnet ef</c>, which needs the model but no database.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MesDbContext>
{
    public MesDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MesDbContext>();
        new SqliteEngine(Path.Combine(Path.GetTempPath(), "mes-design.db")).Configure(options);
        return new MesDbContext(options.Options);
    }
}
