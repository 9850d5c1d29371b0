using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
{
    /// <summary>
    /// Replaces the triggers by ones that do not depend on the session that fires them, and adds triggers that refuse
    /// rows that no reader could decode.
    /// </summary>
    public partial class TriggersAndChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(SessionIndependentTriggers.Replace);
            migrationBuilder.Sql(Checks.RefuseNewRows);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The triggers stay: they serve the version before as well.
            migrationBuilder.Sql(Checks.Drop);
        }
    }
}
