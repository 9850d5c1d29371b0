using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <summary>
    /// Replaces the triggers by ones that do not depend on the session that fires them, and adds constraints on rows
    /// that are changed by hand. The constraints hold for new rows from here on; <see cref="ChecksHold"/> checks the
    /// existing rows, so that no lock is held meanwhile.
    /// </summary>
    public partial class TriggersAndChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(SessionIndependentTriggers.Replace);
            migrationBuilder.Sql(Checks.AddForNewRows);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The triggers stay: they serve the version before as well.
            migrationBuilder.Sql(Checks.Drop);
        }
    }
}
