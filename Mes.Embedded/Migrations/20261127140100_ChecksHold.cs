using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
{
    /// <summary>Looks whether the rows that are there are what <see cref="TriggersAndChecks"/> lets through.</summary>
    public partial class ChecksHold : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Checks.Validate);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Nothing was changed.
        }
    }
}
