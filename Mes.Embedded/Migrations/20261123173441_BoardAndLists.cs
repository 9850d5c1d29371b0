using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
{
    /// <inheritdoc />
    public partial class BoardAndLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "layout",
                table: "cache_cells",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "cell",
                table: "outage_marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "cells",
                table: "outage_marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateIndex(
                name: "ix_orders_seller_status_updated",
                table: "orders",
                columns: new[] { "seller_id", "status", "updated_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_orders_status_updated",
                table: "orders",
                columns: new[] { "status", "updated_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_orders_seller_status_updated",
                table: "orders");

            migrationBuilder.DropIndex(
                name: "ix_orders_status_updated",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "cells",
                table: "outage_marks");

            migrationBuilder.DropColumn(
                name: "cell",
                table: "outage_marks");

            migrationBuilder.DropColumn(
                name: "layout",
                table: "cache_cells");
        }
    }
}
