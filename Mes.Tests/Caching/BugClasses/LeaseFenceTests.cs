using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>A reader whose lease has run out must neither use nor end the lease of the next reader.</summary>
internal sealed class LeaseFenceTests : BugClassTests
{
    [Test]
    public async Task Class_17_lock_without_a_fence()
    {
        var second = await FirstReaderPutsUnderTheSecondsLeaseAsync(B);
        var id = second.OrderId;

        Assert.That(await World.Redis.KeyExistsAsync(A.LeaseKey(id)), Is.True, "the second reader still has its lease");
        Assert.That(await A.VersionSeenAsync(id), Is.EqualTo(2), "the second reader is still reading");

        second.Stop.Release();
        var (order, report) = await second.Reading;
        Assert.That(order!.Version, Is.EqualTo(2));
        Assert.That(report.Stored, Is.True, "the second reader's put is stored under its own lease");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_17_without_the_fence_the_old_status_is_told()
    {
        await using var planted = await StartPlantedAsync(PlantedOrderCache.WithoutFence);

        var second = await FirstReaderPutsUnderTheSecondsLeaseAsync(planted);

        Assert.That(await A.VersionSeenAsync(second.OrderId), Is.EqualTo(1));
        second.Stop.Release();
        await second.Reading;
    }

    /// <summary>
    /// The first reader misses, leases, reads version 1 · its lease runs out · version 2 is put, and evicted · the
    /// second reader misses, leases, reads version 2 · the first reader puts version 1.
    /// </summary>
    private async Task<SecondReader> FirstReaderPutsUnderTheSecondsLeaseAsync(Instance firstReader)
    {
        var id = await SubmittedAsync(cached: false);
        var first = firstReader.Seams.StopAt(Seam.BeforePut, id);
        var firstReading = firstReader.VersionSeenAsync(id);
        await first.ReachedAsync();

        await World.LapseAsync(id);
        await A.ChangeAsync(Commands.Price(id));
        await World.EvictAsync(id);
        var second = A.Seams.StopAt(Seam.BeforePut, id);
        var reading = A.ReadReportedAsync(id);
        await second.ReachedAsync();

        first.Release();
        Assert.That(await firstReading, Is.EqualTo(1), "the reader asked before the change");
        return new SecondReader(id, second, reading);
    }

    /// <param name="Stop">Holds the reader before its put.</param>
    private sealed record SecondReader(
        Guid OrderId, Stop Stop, Task<(OrderDocument? Order, CacheReport Report)> Reading);
}
