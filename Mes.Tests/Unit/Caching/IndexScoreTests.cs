using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class IndexScoreTests
{
    /// <summary>The numbers that stand in the indexes of running installations.</summary>
    private static readonly (string Status, int Number)[] Written =
    [
        ("SUBMITTED", 0),
        ("PRICE_CALCULATED", 1),
        ("MANUFACTURING_APPROVED", 2),
        ("MANUFACTURING_STARTED", 3),
        ("MANUFACTURING_COMPLETED", 4),
        ("PACKAGING", 5),
        ("SHIPPED", 6),
        ("CLOSED", 7),
        ("CANCELLED", 8),
        ("REJECTED", 9),
    ];

    [Test]
    public void The_number_of_a_status_never_changes()
    {
        foreach (var (status, number) in Written)
        {
            Assert.That(
                IndexScore.Number(OrderStatuses.Parse(status)),
                Is.EqualTo(number),
                $"Other versions of the service and all existing indexes have {status} as {number}. To change it, raise CacheLayout.Current and update this table.");
        }
    }

    [Test]
    public void Every_status_has_a_number_of_its_own_that_fits_into_a_score()
    {
        int[] numbers = [.. OrderStatuses.All.Select(IndexScore.Number)];

        Assert.That(numbers, Is.Unique.And.All.InRange(0, 127));
        Assert.That(
            OrderStatuses.All.Where(status => !Written.Any(written => written.Status == status.Name())),
            Is.Empty,
            "A new status gets the next number, wherever it stands in the enum. Write it into the table above.");
    }

    [Test]
    public void The_layout_is_the_one_of_these_numbers() =>
        Assert.That(
            CacheLayout.Current, Is.EqualTo(4),
                "Raise it when a number, a time, or the set of indexes changes. The table above then belongs to the "
                    + "new layout.");
}
