using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class BoundedRecovery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outbox_due",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_outbox_overdue",
                table: "outbox");

            migrationBuilder.AddColumn<int>(
                name: "cell",
                table: "outbox",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "overdue_epoch",
                table: "outbox",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "beat",
                table: "outage_marks",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "confirmed",
                table: "outage_marks",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_due",
                table: "outbox",
                columns: new[] { "due_at", "id" },
                filter: "overdue_epoch IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_overdue",
                table: "outbox",
                column: "overdue_at",
                filter: "overdue_at IS NOT NULL AND overdue_epoch IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_overdue_of_cell",
                table: "outbox",
                columns: new[] { "cell", "overdue_epoch", "due_at", "id" },
                filter: "overdue_epoch IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_set_aside",
                table: "outbox",
                column: "id",
                filter: "attempts >= 10");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outbox_due",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_outbox_overdue",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_outbox_overdue_of_cell",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_outbox_set_aside",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "cell",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "overdue_epoch",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "beat",
                table: "outage_marks");

            migrationBuilder.DropColumn(
                name: "confirmed",
                table: "outage_marks");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_due",
                table: "outbox",
                columns: new[] { "due_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_overdue",
                table: "outbox",
                column: "overdue_at",
                filter: "overdue_at IS NOT NULL");
        }
    }
}
