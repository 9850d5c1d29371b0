using System.Text;
using System.Text.Json.Nodes;
using Mes.Domain.Callers;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Submitting an order under an <c>Idempotency-Key</c>.</summary>
public sealed class IdempotencyTests(TestEngines engines) : HttpTest(engines)
{
    private const string Header = "Idempotency-Key";
    private const string Replayed = "Idempotency-Replayed";

    private static string NewKey => ServiceUnderTest.Unique("key");

    [Test]
    public async Task The_same_key_and_body_are_answered_with_the_order_as_it_is_now()
    {
        var (key, body) = (NewKey, Samples.Submission());
        var first = (await SubmitAsync(Alpha, body, key)).Should(201);
        Assert.That(first.Header(Replayed), Is.Null);
        var priced = (await Crm.ChangeAsync(first.Id, "price")).Should(200);
        var count = await Service.CountAsync();

        for (var instance = 0; instance < 2; instance++)
        {
            var again = (await SubmitAsync(Service.As(MesHost.Alpha, instance), body, key)).Should(201);

            Assert.That(again.Body, Is.EqualTo(priced.Body));
            Assert.That(again.Header(Replayed), Is.EqualTo("true"));
            Assert.That(again.Header("ETag"), Is.EqualTo("\"2\""));
            Assert.That(again.Header("Location"), Is.EqualTo(first.Header("Location")));
        }

        Assert.That(await Service.CountAsync(), Is.EqualTo(count), "orders and changes");
    }

    [Test]
    public async Task What_is_told_again_is_in_the_cache_first()
    {
        var (key, body) = (NewKey, Samples.Submission());
        var order = (await SubmitAsync(Alpha, body, key)).Should(201);
        await Service.EvictAsync(order.Id);

        (await SubmitAsync(Alpha, body, key)).Should(201);

        Assert.That(await Service.IsCachedAsync(order.Id), Is.True, "bug class 30");
    }

    [Test]
    public async Task Quotes_around_the_key_make_no_difference()
    {
        var body = Samples.Submission();
        var key = NewKey + "\\\"";
        var order = (await SubmitAsync(Alpha, body, key)).Should(201);

        var again = await SubmitAsync(
            Alpha, body, $"\"{key.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");

        Assert.That(again.Should(201).Id, Is.EqualTo(order.Id));
        Assert.That(again.Header(Replayed), Is.EqualTo("true"));
    }

    [Test]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var (key, body) = (NewKey, Samples.Submission());
        var order = (await SubmitAsync(Alpha, body, key)).Should(201);
        var count = await Service.CountAsync();
        var other = Samples.Submission();
        var more = body.DeepClone().AsObject();
        more["quantity"] = 6;

        foreach (var text in new[] { other.ToJsonString(), more.ToJsonString(), body.ToJsonString() + " " })
        {
            (await SubmitAsync(Alpha, text, key)).ShouldBeProblem(422, "idempotency-key-reused");
        }

        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
        Assert.That((await SubmitAsync(Alpha, body, key)).Should(201).Id, Is.EqualTo(order.Id));
    }

    [Test]
    public async Task Another_seller_may_use_the_same_key()
    {
        var (key, body) = (NewKey, Samples.Submission());
        var alphas = (await SubmitAsync(Alpha, body, key)).Should(201);

        var betas = (await SubmitAsync(Beta, body, key)).Should(201);

        Assert.That(betas.Id, Is.Not.EqualTo(alphas.Id));
        Assert.That(betas.Header(Replayed), Is.Null);
    }

    [Test]
    public async Task The_key_is_the_sellers_and_not_that_of_one_API_key()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var sameSeller = Service.As((await Service.IssueKeyAsync(Role.Seller, sellerId)).Reveal());
        var (key, body) = (NewKey, Samples.Submission());
        var order = (await SubmitAsync(seller, body, key)).Should(201);

        var again = await SubmitAsync(sameSeller, body, key);

        Assert.That(again.Should(201).Id, Is.EqualTo(order.Id));
        Assert.That(again.Header(Replayed), Is.EqualTo("true"));
    }

    [Test]
    public async Task Only_a_submission_that_succeeded_takes_the_key()
    {
        var taken = Samples.Submission();
        (await Alpha.SubmitAsync(taken)).Should(201);
        var wrong = Samples.Submission();
        wrong["quantity"] = 0;
        var (key, body) = (NewKey, Samples.Submission());

        (await SubmitAsync(Alpha, taken, key)).ShouldBeProblem(409, "duplicate-external-id");
        (await SubmitAsync(Alpha, wrong, key)).ShouldBeProblem(400, "validation-error");

        Assert.That((await SubmitAsync(Alpha, body, key)).Should(201).Header(Replayed), Is.Null);
    }

    [Test]
    public async Task Of_fifty_submissions_with_one_key_at_once_exactly_one_makes_an_order()
    {
        for (var round = 0; round < 3; round++)
        {
            var (key, body) = (NewKey, Samples.Submission());
            var count = await Service.CountAsync();

            var answers = await Task.WhenAll(Enumerable.Range(0, 50)
                .Select(i => SubmitAsync(Service.As(MesHost.Alpha, i), body, key)));

            var made = answers.Where(answer => answer.Status == 201).ToList();
            Assert.That(made.Select(answer => answer.Id).Distinct().Count(), Is.EqualTo(1));
            Assert.That(made.Count(answer => answer.Header(Replayed) is null), Is.EqualTo(1));
            foreach (var answer in answers.Except(made))
            {
                answer.ShouldBeProblem(409, "idempotency-in-progress");
            }

            Assert.That(await Service.CountAsync(), Is.EqualTo((count.Orders + 1, count.Changes + 1)));
            Assert.That((await SubmitAsync(Alpha, body, key)).Should(201).Id, Is.EqualTo(made[0].Id));
        }
    }

    [TestCase(1)]
    [TestCase(255)]
    public async Task A_key_may_have_up_to_255_printable_characters(int length)
    {
        var (_, seller) = await Service.NewSellerAsync();
        var key = string.Concat(Enumerable.Range(0, length).Select(i => (char)('~' - (i % ('~' - '#')))));
        var body = Samples.Submission();

        var order = (await SubmitAsync(seller, body, key)).Should(201);

        Assert.That((await SubmitAsync(seller, body, key)).Should(201).Id, Is.EqualTo(order.Id));
    }

    [TestCase("", TestName = "{m}: empty")]
    [TestCase("\"\"", TestName = "{m}: empty in quotes")]
    [TestCase("\"abc", TestName = "{m}: half in quotes")]
    [TestCase("\"a\"b\"", TestName = "{m}: a quote within quotes")]
    [TestCase("\"a\\b\"", TestName = "{m}: an unknown escape")]
    [TestCase("\"a\\\"", TestName = "{m}: an escape of the last quote")]
    [TestCase("a\tb", TestName = "{m}: a tab")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var count = await Service.CountAsync();

        var answer = await SubmitAsync(Alpha, Samples.Submission(), key);

        ShouldRefuseTheKey(answer);
        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
    }

    [Test]
    public async Task A_key_of_256_characters_is_refused()
    {
        ShouldRefuseTheKey(await SubmitAsync(Alpha, Samples.Submission(), new string('k', 256)));
        ShouldRefuseTheKey(await SubmitAsync(Alpha, Samples.Submission(), $"\"{new string('k', 256)}\""));
    }

    [Test]
    public async Task A_key_is_kept_for_a_day_and_then_deleted_in_portions()
    {
        var (key, body) = (NewKey, Samples.Submission());
        (await SubmitAsync(Alpha, body, key)).Should(201);
        var services = Service.Instances[0].Services;
        await using var context =
            await services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        var dayAgo = TimeProvider.System.GetUtcNow().AddHours(-24);
        const int Old = 2500;
        context.AddRange(Enumerable.Range(0, Old).Select(i => Row($"old-{i}", dayAgo.AddSeconds(-2 - i))));
        context.Add(Row("young", dayAgo.AddMinutes(5)));
        await context.SaveChangesAsync();

        var deleted = await services.GetRequiredService<IdempotencyKeyCleaner>()
            .CleanAsync(CancellationToken.None);

        Assert.That(deleted, Is.EqualTo(Old));
        Assert.That(
            await context.IdempotencyKeys.Where(row => row.SellerId == "cleaned").Select(row => row.Key).ToListAsync(),
            Is.EqualTo(new[] { "young" }));
        Assert.That((await SubmitAsync(Alpha, body, key)).Should(201).Header(Replayed), Is.EqualTo("true"));
    }

    private static IdempotencyKeyRow Row(string key, DateTimeOffset createdAt) => new()
    {
        SellerId = "cleaned",
        Key = key,
        BodyHash = new byte[32],
        OrderId = Guid.CreateVersion7(createdAt),
        CreatedAt = createdAt,
    };

    private static void ShouldRefuseTheKey(HttpAnswer answer) =>
        Assert.That(
            answer.ShouldBeProblem(400, "validation-error").Json.GetProperty("errors").TryGetProperty(Header, out _),
            Is.True,
            answer.Body);

    private static Task<HttpAnswer> SubmitAsync(OrdersClient client, JsonObject body, string key) =>
        SubmitAsync(client, body.ToJsonString(), key);

    private static Task<HttpAnswer> SubmitAsync(OrdersClient client, string body, string key) => client.SendAsync(
        "POST", "orders", new StringContent(body, Encoding.UTF8, "application/json"), (Header, key));
}
