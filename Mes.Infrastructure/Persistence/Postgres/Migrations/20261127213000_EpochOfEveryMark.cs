using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <summary>
    /// A row that is marked overdue without its epoch, by hand or by the version before, gets it from the database: a backlog of such rows
    /// becomes worthless at once, as any other does.
    /// </summary>
    public partial class EpochOfEveryMark : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OverdueEpochTrigger.Create);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OverdueEpochTrigger.Drop);
    }
}
