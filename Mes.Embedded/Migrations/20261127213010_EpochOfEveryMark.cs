using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
{
    /// <summary>A row that is marked overdue without its epoch gets it from the database.</summary>
    public partial class EpochOfEveryMark : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OverdueEpochTrigger.Create);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OverdueEpochTrigger.Drop);
    }
}
