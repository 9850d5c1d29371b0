using Mes.Embedded;
using Mes.Infrastructure.Persistence.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Unit.Persistence;

/// <summary>
/// Which errors mean that the database cannot work for now, and which that the service has made a mistake.
/// </summary>
[Category("Unit")]
internal sealed class TransientErrorTests
{
    [TestCase("25006", "is read-only", TestName = "read-only")]
    [TestCase("53100", "has no space left", TestName = "disk full")]
    [TestCase("53200", null, TestName = "out of memory")]
    [TestCase("53300", null, TestName = "too many connections")]
    [TestCase("57014", null, TestName = "cancelled")]
    [TestCase("57P01", null, TestName = "administrator's shutdown")]
    [TestCase("57P02", null, TestName = "crash")]
    [TestCase("57P03", null, TestName = "starting up")]
    [TestCase("57P05", null, TestName = "idle for too long")]
    [TestCase("25P03", null, TestName = "idle in a transaction for too long")]
    [TestCase("25P04", null, TestName = "transaction took too long")]
    [TestCase("40001", null, TestName = "serialization failure")]
    [TestCase("40P01", null, TestName = "deadlock")]
    [TestCase("55P03", null, TestName = "lock not available")]
    [TestCase("08006", null, TestName = "connection failure")]
    [TestCase("08P01", null, TestName = "protocol violation")]
    [TestCase("28P01", null, TestName = "wrong password")]
    [TestCase("28000", null, TestName = "not let in")]
    [TestCase("3D000", null, TestName = "no such database")]
    [TestCase("26000", null, TestName = "prepared statement is gone")]
    [TestCase("58030", null, TestName = "I/O error")]
    [TestCase("XX001", null, TestName = "data corrupted")]
    public void PostgreSQL_cannot_work_for_now(string sqlState, string? refusal)
    {
        using var engine = new PostgresEngine("Host=localhost;Port=1;Database=none");
        var error = new DbUpdateException("Wrapped.", Error(sqlState));

        Assert.That(engine.IsTransient(error), Is.True);
        Assert.That(engine.FindRefusal(error), Is.EqualTo(refusal));
    }

    [TestCase("23505")]
    [TestCase("23514")]
    [TestCase("42P01")]
    [TestCase("42703")]
    [TestCase("22001")]
    [TestCase("0A000")]
    [TestCase("25001")]
    public void Other_errors_of_PostgreSQL_are_mistakes(string sqlState)
    {
        using var engine = new PostgresEngine("Host=localhost;Port=1;Database=none");

        Assert.That(engine.IsTransient(Error(sqlState)), Is.False);
    }

    [Test]
    public void A_plan_that_has_become_old_is_no_mistake()
    {
        using var engine = new PostgresEngine("Host=localhost;Port=1;Database=none");

        Assert.That(engine.IsTransient(Error("0A000", "RevalidateCachedQuery")), Is.True);
    }

    [TestCase(5, null, TestName = "SQLite is busy")]
    [TestCase(6, null, TestName = "SQLite is locked")]
    [TestCase(7, null, TestName = "SQLite has no memory")]
    [TestCase(8, "is read-only", TestName = "SQLite is read-only")]
    [TestCase(10, null, TestName = "SQLite has an I/O error")]
    [TestCase(11, null, TestName = "SQLite is corrupt")]
    [TestCase(13, "has no space left", TestName = "SQLite is full")]
    [TestCase(14, null, TestName = "SQLite cannot open its file")]
    [TestCase(26, null, TestName = "SQLite's file is none")]
    public void SQLite_cannot_work_for_now(int code, string? refusal)
    {
        var engine = new SqliteEngine(Path.Combine(Path.GetTempPath(), "mes-is-never-opened.db"));
        var error = new DbUpdateException("Wrapped.", new SqliteException("Failed.", code));

        Assert.That(engine.IsTransient(error), Is.True);
        Assert.That(engine.FindRefusal(error), Is.EqualTo(refusal));
    }

    [TestCase(1)]
    [TestCase(19)]
    [TestCase(20)]
    public void Other_errors_of_SQLite_are_mistakes(int code)
    {
        var engine = new SqliteEngine(Path.Combine(Path.GetTempPath(), "mes-is-never-opened.db"));

        Assert.That(engine.IsTransient(new SqliteException("Failed.", code)), Is.False);
    }

    private static PostgresException Error(string sqlState, string? routine = null) =>
        new("Failed.", "ERROR", "ERROR", sqlState, routine: routine);
}
