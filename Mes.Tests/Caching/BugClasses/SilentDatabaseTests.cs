using System.Net;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Licensing;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// The database does not answer, which is not a refusal: the cache stays in use when it is needed most.
/// </summary>
internal sealed class SilentDatabaseTests : LicenceTests
{
    private PostgresWire? _wire;

    /// <summary>
    /// Ends the silence. Otherwise a request that still waits for the database would keep the instance from ending.
    /// </summary>
    [TearDown]
    public void Break() => _wire?.BreakForGood();

    [TestCase(false, "")]
    [TestCase(false, "/status")]
    [TestCase(true, "")]
    public async Task Class_24_the_cache_leaves_when_it_is_needed(bool slow, string resource)
    {
        var (instance, id) = await StartAndLoseTheDatabaseAsync(slow);

        using var answer = await AskAsync(instance, id, resource);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.GetValues("Cache-Status").Single(), Is.EqualTo("mes; hit; detail=unverified"));
    }

    [Test]
    public async Task Class_24_where_silence_is_taken_for_a_no_every_read_goes_to_the_database()
    {
        var (instance, id) = await StartAndLoseTheDatabaseAsync(
            slow: false, new InstanceSettings
            {
                Services =
                services => services.Decorate<IOrderCache>((inner, _) => new TakesSilenceForANo(inner))
            });

        using var answer = await AskAsync(instance, id);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Class_24_a_lapsed_licence_alone_is_no_silence()
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(instance, id, "the instance has a licence");

        clock.Advance(LicenceTerms.Term);

        Assert.That((await instance.ReadReportedAsync(id)).Report.Detail, Is.EqualTo("no-licence"),
            "the instance was stopped, and has not asked the database since");
    }

    [Test]
    public async Task Class_24_what_the_last_answer_left_out_stays_out()
    {
        var named = await SubmittedAsync();
        await MarkOverdueAsync(named);

        var (instance, id) = await StartAndLoseTheDatabaseAsync(slow: false);

        Assert.That((await AskAsync(instance, named)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await AskAsync(instance, id)).StatusCode, Is.EqualTo(HttpStatusCode.OK), "as ever");
    }

    [Test]
    public async Task Class_24_nor_does_anything_come_back_after_an_outage_mark()
    {
        await World.ExecuteAsync(
            "INSERT INTO outage_marks (instance, set_at, expires_at) VALUES ('other', clock_timestamp(), "
                + "clock_timestamp() + interval '1 minute')");

        var (instance, id) = await StartAndLoseTheDatabaseAsync(slow: false);

        Assert.That((await AskAsync(instance, id)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Class_24_what_is_not_cached_and_what_is_another_sellers_is_the_same_503()
    {
        var missing = await SubmittedAsync(cached: false);
        var (instance, id) = await StartAndLoseTheDatabaseAsync(slow: false);

        foreach (var (order, key) in new[] { (missing, MesHost.Alpha), (Commands.NewOrderId(), MesHost.Alpha),
            (id, MesHost.Beta) })
        {
            using var answer = await AskAsync(instance, order, key: key);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
            Assert.That(answer.Headers.Contains("Cache-Status"), Is.False);
        }
    }

    [Test]
    public async Task Class_24_it_is_asked_again_as_soon_as_it_answers()
    {
        var (instance, id) = await StartAndLoseTheDatabaseAsync(slow: false);

        _wire!.IsDown = false;

        await Eventually.IsTrue(
            async () => (await instance.ReadReportedAsync(id)).Report is
            {
                Outcome: CacheOutcome.Hit,
                IsUnverified: false
            }, Limit, "hits are verified again");
    }

    /// <summary>
    /// An instance has a licence · the database falls silent, or answers too late · the licence lapses.
    /// </summary>
    private async Task<(Instance Instance, Guid Cached)> StartAndLoseTheDatabaseAsync(
        bool slow, InstanceSettings? settings = null)
    {
        var clock = new SteppedClock();
        _wire = Keep(new PostgresWire(World.Database.ConnectionString));
        var instance = await StartAsync(
            (settings ?? new InstanceSettings()) with { Clock = clock, Postgres = _wire.ConnectionString });
        var id = await SubmittedAsync();
        await instance.PollAsync();

        if (slow)
        {
            _wire.IsStalled = true;
        }
        else
        {
            _wire.IsDown = true;
        }

        await Eventually.IsTrue(() => instance.Poll.IsSilent, Limit,
            "the instance notices that the database does not answer");
        clock.Advance(TimeSpan.FromMinutes(1));
        await instance.UntilRedisIsKnownAsync();
        return (instance, id);
    }

    private static Task<HttpResponseMessage> AskAsync(
        Instance instance, Guid id, string resource = "", string key = MesHost.Alpha) =>
        instance.Host.SendAsync(HttpMethod.Get, $"/api/v1/orders/{id:D}{resource}", key);

    private sealed class TakesSilenceForANo(IOrderCache inner) : IOrderCache
    {
        public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) =>
            await inner.GetAsync(orderId) is { IsUnverified: false } read
                ? read
                : CacheRead<OrderSnapshot>.Bypass(BypassReason.NoLicence);

        public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => inner.BeginAsync(orderId, holder);

        public ValueTask<PutResult> PutAsync(
            OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            inner.PutAsync(order, token, tags);

        public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
            inner.DropAsync(orderId, tags);
    }
}
