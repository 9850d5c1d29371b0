using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Infrastructure.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Sessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    is_display = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.token_hash);
                    table.CheckConstraint("ck_sessions_times", "created_at >= '0001-01-01 00:00:00+00' AND created_at < '10000-01-01 00:00:00+00' AND expires_at >= '0001-01-01 00:00:00+00' AND expires_at < '10000-01-01 00:00:00+00'");
                });

            // A change of a session is a change of what keys are worth: instances read both again. For each row, since
            // logical replication fires no other triggers.
            migrationBuilder.Sql("""
                CREATE TRIGGER sessions_changed AFTER INSERT OR UPDATE OR DELETE ON sessions
                  FOR EACH ROW EXECUTE FUNCTION mes_api_keys_changed();
                CREATE TRIGGER sessions_emptied AFTER TRUNCATE ON sessions
                  FOR EACH STATEMENT EXECUTE FUNCTION mes_api_keys_changed();
                ALTER TABLE sessions ENABLE ALWAYS TRIGGER sessions_changed;
                ALTER TABLE sessions ENABLE ALWAYS TRIGGER sessions_emptied;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "sessions");
        }
    }
}
