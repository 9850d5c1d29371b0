using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <summary>
    /// Checks that the existing rows satisfy the constraints of <see cref="TriggersAndChecks"/>, and names those that
    /// do not.
    /// </summary>
    public partial class ChecksHold : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Checks.Validate);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The constraints go with the migration that added them.
        }
    }
}
