using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "claimed_until",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "overdue_at",
                table: "outbox");

            migrationBuilder.AlterColumn<long>(
                name: "created_at",
                table: "outbox",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "CAST(unixepoch('subsec') * 1000 AS INTEGER) + 0",
                oldClrType: typeof(long),
                oldType: "INTEGER");

            migrationBuilder.AddColumn<long>(
                name: "due_at",
                table: "outbox",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "CAST(unixepoch('subsec') * 1000 AS INTEGER) + 300");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_due",
                table: "outbox",
                columns: new[] { "due_at", "id" });

            migrationBuilder.Sql(Triggers.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outbox_due",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "due_at",
                table: "outbox");

            migrationBuilder.AlterColumn<long>(
                name: "created_at",
                table: "outbox",
                type: "INTEGER",
                nullable: false,
                oldClrType: typeof(long),
                oldType: "INTEGER",
                oldDefaultValueSql: "CAST(unixepoch('subsec') * 1000 AS INTEGER) + 0");

            migrationBuilder.AddColumn<long>(
                name: "claimed_until",
                table: "outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "overdue_at",
                table: "outbox",
                type: "INTEGER",
                nullable: true);
        }
    }
}
