using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Embedded")]
internal sealed class SqliteTagAgreementTests : TagAgreementTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mes-tests-").FullName;

    protected override Task<string> DatabaseSettingAsync() => Task.FromResult($"--Mes:DataDirectory={_folder}");

    protected override Task CleanUpAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
