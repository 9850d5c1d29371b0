using Mes.Application.Behaviors;
using Mes.Application.Persistence;
using Mes.Application.Statistics;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Many callers ask for one report while orders change, so that each report is outdated before it is stored.
/// </summary>
internal sealed class QueueingFlightTests : BugClassTests
{
    private const int Callers = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly GetThroughput Question =
        new(1, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));

    [Test]
    public async Task Class_39_flight_that_queues()
    {
        var reports = new HeldReports();
        await using var instance = await World.StartInstanceAsync(new InstanceSettings
        {
            Services = services => services.Decorate<IThroughputReader>((inner, _) => reports.Around(inner)),
        });
        var first = instance.QueryAsync(Question);
        await Eventually.IsTrue(() => reports.Begun == 1, Limit, "the first report is being computed");
        var others = Enumerable.Range(1, Callers - 1).Select(_ => instance.QueryAsync(Question)).ToArray();

        // This change is acknowledged before any of the others is answered. It outdates the first report, and the
        // others must see it.
        await A.ChangeAsync(Commands.Submit(Commands.NewOrderId()));
        reports.LetOneGo();
        var (old, _) = await first;
        await Eventually.IsTrue(() => reports.Begun == 2, Limit, "the next report is being computed");
        await A.ChangeAsync(Commands.Submit(Commands.NewOrderId()));
        reports.LetOneGo();

        var answers = await Task.WhenAll(others).WaitAsync(Limit);
        Assert.That(reports.Begun, Is.EqualTo(2),
            "all waiting callers share one computation that began after they had asked");
        Assert.That(answers.Select(answer => Submitted(answer.Answer)), Is.All.GreaterThan(Submitted(old)));
    }

    [Test]
    public async Task Class_39_a_caller_that_waits_too_long_is_told_so_and_makes_no_queue()
    {
        var computations = new SharedComputations(TimeSpan.FromMilliseconds(20));
        var end = new TaskCompletionSource<int>();
        var first = computations.RunAsync("report", _ => end.Task, CancellationToken.None);

        for (var round = 0; round < 3; round++)
        {
            var others = Enumerable.Range(0, Callers).Select(
                _ => computations.RunAsync("report", _ => Task.FromResult(2), CancellationToken.None)).ToArray();
            foreach (var other in others)
            {
                Assert.That(
                    async () => await other.WaitAsync(Limit), Throws.InstanceOf<DependencyUnavailableException>());
            }
        }

        end.SetResult(1);
        Assert.That(await first, Is.EqualTo(1));
        Assert.That(
            await computations.RunAsync("report", _ => Task.FromResult(3), CancellationToken.None), Is.EqualTo(3));
    }

    private static int Submitted(Throughput report) => report.Days[^1].Entered[OrderStatus.Submitted];

    /// <summary>Reports that are read at once, but returned only when the test says so.</summary>
    private sealed class HeldReports
    {
        private readonly SemaphoreSlim _go = new(0);
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public void LetOneGo() => _go.Release();

        public IThroughputReader Around(IThroughputReader inner) => new Reader(inner, this);

        private sealed class Reader(IThroughputReader inner, HeldReports held) : IThroughputReader
        {
            public async Task<(IReadOnlyList<(DateOnly Day, OrderStatus Status, int Count)> Entered,
                IReadOnlyDictionary<OrderStatus, TimeInStatus> TimeInStatus)>
                ReadAsync(DateOnly since, CancellationToken cancellationToken)
            {
                var report = await inner.ReadAsync(since, cancellationToken);
                Interlocked.Increment(ref held._begun);
                await held._go.WaitAsync(CancellationToken.None);
                return report;
            }
        }
    }
}
