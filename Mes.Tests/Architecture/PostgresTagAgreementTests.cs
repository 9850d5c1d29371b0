using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Servers")]
internal sealed class PostgresTagAgreementTests : TagAgreementTests
{
    private TestDatabase? _database;

    protected override async Task<string> DatabaseSettingAsync()
    {
        _database = await TestDatabase.CreateAsync();
        return $"--ConnectionStrings:Postgres={_database.ConnectionString}";
    }

    protected override async Task CleanUpAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
