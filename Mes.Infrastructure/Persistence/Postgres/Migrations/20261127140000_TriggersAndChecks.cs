using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <summary>
    /// Triggers that do not depend on the session which fires them, and constraints on what a change by hand may leave. The constraints
    /// hold for new rows from here on; <see cref="ChecksHold"/> looks at those that are there, so that no lock is held meanwhile.
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
