using Mes.Api.Http;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class QueryReaderTests
{
    private static readonly string[] Words = ["oldest", "newest"];

    [Test]
    public void What_is_well_formed_is_read()
    {
        var reader = Of("?limit=5&since=2026-01-31T08:05:09.040Z&status=SUBMITTED,CLOSED&sort=newest&text=a%20b");

        Assert.Multiple(() =>
        {
            Assert.That(reader.Integer("limit", 50), Is.EqualTo(5));
            Assert.That(reader.Time("since"), Is.EqualTo(new DateTimeOffset(2026, 1, 31, 8, 5, 9, 40, TimeSpan.Zero)));
            Assert.That(reader.Statuses("status"), Is.EqualTo(new[] { OrderStatus.Submitted, OrderStatus.Closed }));
            Assert.That(reader.Choice("sort", "oldest", Words, Find), Is.EqualTo("newest"));
            Assert.That(reader.Text("text"), Is.EqualTo("a b"));
            Assert.That(reader.Error, Is.Null);
        });
    }

    [Test]
    public void What_is_not_given_is_the_default()
    {
        var reader = Of("");

        Assert.Multiple(() =>
        {
            Assert.That(reader.Integer("limit", 50), Is.EqualTo(50));
            Assert.That(reader.Time("since"), Is.Null);
            Assert.That(reader.Statuses("status"), Is.Empty);
            Assert.That(reader.Choice("sort", "oldest", Words, Find), Is.EqualTo("oldest"));
            Assert.That(reader.Error, Is.Null);
        });
    }

    [TestCase("?limit=")]
    [TestCase("?limit=five")]
    [TestCase("?limit=5.0")]
    [TestCase("?limit=-5")]
    [TestCase("?limit=%205")]
    [TestCase("?limit=0x5")]
    [TestCase("?limit=99999999999")]
    [TestCase("?limit=٥")]
    public void A_whole_number_is_digits(string query)
    {
        var reader = Of(query);
        reader.Integer("limit", 50);

        Assert.That(reader.Error?.Errors.Keys, Is.EqualTo(new[] { "limit" }));
    }

    [TestCase("?since=2026-01-31T08:05:09+02:00", Description = "a plus that was not escaped is a space")]
    [TestCase("?since=yesterday")]
    [TestCase("?status=SUBMITTED,")]
    [TestCase("?status=submitted")]
    [TestCase("?status=SUBMITTED,%20CLOSED")]
    [TestCase("?sort=Oldest")]
    [TestCase("?text=")]
    public void Anything_else_is_an_error_of_its_parameter(string query)
    {
        var reader = Of(query);
        reader.Time("since");
        reader.Statuses("status");
        reader.Choice("sort", "oldest", Words, Find);
        reader.Text("text");

        Assert.That(reader.Error?.Errors.Keys, Is.EqualTo(new[] { query[1..query.IndexOf('=')] }));
    }

    [Test]
    public void All_errors_are_told_at_once()
    {
        var reader = Of("?limit=five&since=yesterday");
        reader.Integer("limit", 50);
        reader.Time("since");

        Assert.That(reader.Error?.Errors.Keys, Is.EquivalentTo(new[] { "limit", "since" }));
    }

    private static string? Find(string word) => Words.Contains(word) ? word : null;

    private static QueryReader Of(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        return new QueryReader(http.Request);
    }
}
