using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mes.Embedded.Migrations
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
                    token_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    is_display = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.token_hash);
                });

            // A change of a session is a change of what keys are worth: instances read both again.
            migrationBuilder.Sql("""
                CREATE TRIGGER sessions_inserted AFTER INSERT ON sessions
                BEGIN
                  UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
                END;

                CREATE TRIGGER sessions_updated AFTER UPDATE ON sessions
                BEGIN
                  UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
                END;

                CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
                BEGIN
                  UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
                END;
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
