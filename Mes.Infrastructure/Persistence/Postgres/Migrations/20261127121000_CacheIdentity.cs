using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class CacheIdentity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "database_id",
                table: "cache_cells",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "settled_epoch",
                table: "cache_cells",
                type: "bigint",
                nullable: true);

            // Where no Redis was ever named, nobody can hold a licence: the first start need not wait.
            migrationBuilder.Sql("UPDATE cache_cells SET settled_epoch = epoch WHERE epoch = 1 AND data_set IS NULL;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "database_id",
                table: "cache_cells");

            migrationBuilder.DropColumn(
                name: "settled_epoch",
                table: "cache_cells");
        }
    }
}
