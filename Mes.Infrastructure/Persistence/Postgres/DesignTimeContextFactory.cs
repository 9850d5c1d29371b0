using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>Used by <c>dotnet ef</c>, which needs the model but no database.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MesDbContext>
{
    public MesDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MesDbContext>();
        new PostgresEngine("Host=localhost;Database=mes").Configure(options);
        return new MesDbContext(options.Options);
    }
}
