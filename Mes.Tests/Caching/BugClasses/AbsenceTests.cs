using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The cache never stores that an order does not exist.</summary>
internal sealed class AbsenceTests : BugClassTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Class_16_negative_cache(bool evicted)
    {
        var id = await InsertAfterAReaderFoundNothingAsync(evicted);

        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_16_where_absence_is_stored_the_order_is_not_there()
    {
        HashSet<Guid> absent = [];
        B.Seams.Find = async (id, find) =>
        {
            var found = absent.Contains(id) ? null : await find();
            if (found is null)
            {
                absent.Add(id);
            }

            return found;
        };

        var id = await InsertAfterAReaderFoundNothingAsync(evicted: true);

        Assert.That(await B.ReadAsync(id), Is.Null);
    }

    /// <summary>A reader reads "no such order" · version 1 is inserted and put · the reader continues.</summary>
    private async Task<Guid> InsertAfterAReaderFoundNothingAsync(bool evicted)
    {
        var id = Commands.NewOrderId();
        var stop = B.Seams.StopAt(Seam.AfterFind, id);
        var reading = B.ReadAsync(id);
        await stop.ReachedAsync();

        await A.ChangeAsync(Commands.Submit(id));
        if (evicted)
        {
            await World.EvictAsync(id);
        }

        stop.Release();
        Assert.That(await reading, Is.Null, "the reader asked before the order existed");
        return id;
    }
}
