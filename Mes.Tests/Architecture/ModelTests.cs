using Mes.Domain.Orders;
using Mes.Embedded;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

/// <remarks>The tests compare the model with the snapshot of the last migration, without a database.</remarks>
[Category("Unit")]
internal sealed class ModelTests
{
    [TestCase("PostgreSQL")]
    [TestCase("SQLite")]
    public void The_migrations_bring_the_database_up_to_the_model(string engine)
    {
        using var context = Create(engine, _ => { });

        Assert.That(context.Database.GetMigrations(), Is.Not.Empty);
        Assert.That(
            context.Database.HasPendingModelChanges(),
            Is.False,
            "The model has changed: dotnet ef migrations add <Name> --project "
            + (engine == "SQLite" ? "Mes.Embedded" : "Mes.Infrastructure"));
    }

    [TestCase("PostgreSQL")]
    [TestCase("SQLite")]
    public void A_change_of_the_model_without_a_migration_is_caught(string engine)
    {
        using var context = Create(engine, options => options.ReplaceService<IModelCustomizer, PlantedColumn>());

        Assert.That(context.Database.HasPendingModelChanges(), Is.True);
    }

    [Test]
    public void Both_engines_have_the_same_migrations()
    {
        using var postgres = Create("PostgreSQL", _ => { });
        using var sqlite = Create("SQLite", _ => { });

        Assert.That(
            sqlite.Database.GetMigrations().Select(Name),
            Is.EqualTo(postgres.Database.GetMigrations().Select(Name)),
            "Add the migration to the other engine under the same name, be it an empty one");

        static string Name(string migration) => migration[(migration.IndexOf('_') + 1)..];
    }

    private static MesDbContext Create(string engine, Action<DbContextOptionsBuilder> change)
    {
        IDatabaseEngine database = engine == "PostgreSQL"
            ? new PostgresEngine("Host=localhost;Port=1;Database=none")
            : new SqliteEngine(Path.Combine(Path.GetTempPath(), "mes-is-never-opened.db"));
        var options = new DbContextOptionsBuilder<MesDbContext>();
        database.Configure(options);
        change(options);
        return new MesDbContext(options.Options);
    }

    /// <summary>Planted: the engine's model has a column that no migration adds.</summary>
    private sealed class PlantedColumn(ModelCustomizerDependencies dependencies) : IModelCustomizer
    {
        public void Customize(ModelBuilder modelBuilder, DbContext context)
        {
            IModelCustomizer model = context.Database.IsNpgsql()
                ? new PostgresModel(dependencies)
                : new SqliteModel(dependencies);
            model.Customize(modelBuilder, context);
            modelBuilder.Entity<Order>().Property<int>("Planted");
        }
    }
}
