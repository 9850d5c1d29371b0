using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
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

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "created_at",
                table: "outbox",
                type: "timestamp(3) with time zone",
                nullable: false,
                defaultValueSql: "clock_timestamp() + 0 * interval '1 millisecond'",
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp(3) with time zone");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "due_at",
                table: "outbox",
                type: "timestamp(3) with time zone",
                nullable: false,
                defaultValueSql: "clock_timestamp() + 300 * interval '1 millisecond'");

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

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "created_at",
                table: "outbox",
                type: "timestamp(3) with time zone",
                nullable: false,
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp(3) with time zone",
                oldDefaultValueSql: "clock_timestamp() + 0 * interval '1 millisecond'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "claimed_until",
                table: "outbox",
                type: "timestamp(3) with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "overdue_at",
                table: "outbox",
                type: "timestamp(3) with time zone",
                nullable: true);
        }
    }
}
