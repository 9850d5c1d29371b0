using System.Net;
using System.Text.Json.Nodes;
using Mes.Tests.Caching.BugClasses;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>
/// What callers see if a foreign or damaged value stands under one of our keys: a miss, which is repaired, and never a
/// 500. It is counted unless its type is another, which is read as absent.
/// </summary>
internal sealed class NonsenseTests : BugClassTests
{
    private static IEnumerable<Nonsense> Entries =>
    [
        Nonsense.Text("empty", ""),
        Nonsense.Text("not ours", "somebody else's"),
        Nonsense.Text("cut short", "MES 1 9 20 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("another layout", "MES 7 1 2 as yet unknown\n{}"),
        Nonsense.Text("another layout of another version", "MES 7 1 2 beta\n{}"),
        Nonsense.Text("a status that there is not", "MES 3 1 2 alpha OPEN 1 0 0\n{}"),
        Nonsense.Text(
            "a status that there is not, of a version that there is not yet", "MES 3 9 2 alpha OPEN 1 0 0\n{}"),
        Nonsense.Text("a line with a word too many, of a version that there is not yet",
            "MES 3 9 2 alpha SUBMITTED 1 0 0 more\n{}"),
        .. Nonsense.OtherTypes,
    ];

    [TestCaseSource(nameof(Entries))]
    public async Task Whatever_stands_under_an_orders_key_is_a_miss_that_is_repaired(Nonsense nonsense)
    {
        var id = await SubmittedAsync();
        await nonsense.Write(World.Redis, A.EntryKey(id));
        using var counted = new UnreadableCount(B);

        Assert.That(await AskAsync(B, id, MesHost.Alpha), Is.EqualTo((HttpStatusCode.OK, 1, true)));
        var count = Nonsense.OtherTypes.Any(other => other.ToString() == nonsense.ToString()) ? 0 : 1;
        Assert.That(counted.Value, Is.EqualTo(count));
        Assert.That((await B.ReadReportedAsync(id)).Report.Outcome, Is.EqualTo(Application.Caching.CacheOutcome.Hit),
            "repaired");
        Assert.That(counted.Value, Is.EqualTo(count));
    }

    [TestCaseSource(nameof(Entries))]
    public async Task Whatever_stands_under_an_orders_key_it_can_be_changed(Nonsense nonsense)
    {
        var id = await SubmittedAsync();
        await nonsense.Write(World.Redis, A.EntryKey(id));

        Assert.That((await A.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));

        await EverybodySeesAsync(id, 2);
    }

    [TestCaseSource(nameof(Entries))]
    public async Task Whatever_stands_under_an_orders_key_another_seller_is_told_nothing(Nonsense nonsense)
    {
        var id = await SubmittedAsync();
        await nonsense.Write(World.Redis, A.EntryKey(id));

        using var answer = await B.Host.SendAsync(HttpMethod.Get, $"/api/v1/orders/{id:D}", MesHost.Beta);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCaseSource(typeof(Nonsense), nameof(Nonsense.OtherTypes))]
    public async Task Whatever_stands_under_a_lease_an_order_can_be_read_and_changed(Nonsense nonsense)
    {
        var id = await SubmittedAsync(cached: false);
        await nonsense.Write(World.Redis, A.LeaseKey(id));

        Assert.That(await B.VersionSeenAsync(id), Is.EqualTo(1));
        await World.Redis.KeyDeleteAsync(A.EntryKey(id));
        await nonsense.Write(World.Redis, A.LeaseKey(id));
        await A.ChangeAsync(Commands.Price(id));

        await EverybodySeesAsync(id, 2);
    }

    private static async Task<(HttpStatusCode Status, int Version, bool Miss)> AskAsync(
        Instance instance, Guid id, string key)
    {
        using var answer = await instance.Host.SendAsync(HttpMethod.Get, $"/api/v1/orders/{id:D}", key);
        return (
            answer.StatusCode,
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["version"]!.GetValue<int>(),
            answer.Headers.GetValues("Cache-Status").Single().StartsWith("mes; fwd=miss", StringComparison.Ordinal));
    }

    /// <summary>How often this instance has found an unreadable value.</summary>
    private sealed class UnreadableCount : IDisposable
    {
        private readonly System.Diagnostics.Metrics.MeterListener _listener = new();
        private readonly long _before;
        private long _total;

        public UnreadableCount(Instance instance)
        {
            var meters = instance.Host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "mes.cache.unreadable" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _total = value);
            _listener.Start();
            _before = Total();
        }

        public long Value => Total() - _before;

        public void Dispose() => _listener.Dispose();

        private long Total()
        {
            _listener.RecordObservableInstruments();
            return _total;
        }
    }
}
