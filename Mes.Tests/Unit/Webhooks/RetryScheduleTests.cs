using Mes.Infrastructure.Webhooks;
using NUnit.Framework;

namespace Mes.Tests.Unit.Webhooks;

[Category("Unit")]
internal sealed class RetryScheduleTests
{
    [TestCase(1, 5)]
    [TestCase(2, 300)]
    [TestCase(3, 1_800)]
    [TestCase(4, 7_200)]
    [TestCase(5, 18_000)]
    [TestCase(6, 36_000)]
    [TestCase(7, 50_400)]
    [TestCase(8, 72_000)]
    [TestCase(9, 86_400)]
    public void A_failure_is_tried_again_after_a_pause_of_its_own_a_tenth_more_or_less(int failures, int seconds)
    {
        Assert.That(
            new[] { 0, 0.5, 1 }.Select(random => RetrySchedule.PauseAfter(failures, random)!.Value.TotalSeconds),
            Is.EqualTo(new[] { 0.9 * seconds, seconds, 1.1 * seconds }).Within(0.001 * seconds));
    }

    [Test]
    public void The_tenth_failure_is_the_last()
    {
        Assert.That(RetrySchedule.PauseAfter(10, 0.5), Is.Null);
        Assert.That(RetrySchedule.Attempts, Is.EqualTo(10));
        Assert.That(RetrySchedule.Longest, Is.EqualTo(TimeSpan.FromHours(26.4)));
    }
}
