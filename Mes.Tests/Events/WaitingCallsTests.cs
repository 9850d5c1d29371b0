using System.Diagnostics.Metrics;
using Mes.Api.Events;
using Mes.Domain.Callers;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Events;

[Category("Unit")]
internal sealed class WaitingCallsTests
{
    private static readonly Caller Alpha = new(Role.Seller, "alpha");
    private readonly WaitingCalls _calls = new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    [Test]
    public void A_seller_may_have_ten_and_others_do_not_count()
    {
        var places = Enumerable.Range(0, WaitingCalls.MaxPerSeller).Select(_ => _calls.TryEnter(Alpha)).ToList();
        Assert.That(places, Has.None.Null);
        Assert.That(_calls.TryEnter(Alpha), Is.Null);
        Assert.That(_calls.TryEnter(new Caller(Role.Seller, "beta")), Is.Not.Null);

        places[3]!.Dispose();
        places[3]!.Dispose();

        Assert.That(_calls.TryEnter(Alpha), Is.Not.Null);
        Assert.That(_calls.TryEnter(Alpha), Is.Null, "a place that is left twice counts once");
    }

    [TestCase(Role.Operator)]
    [TestCase(Role.Service)]
    public void Those_who_see_all_may_have_more(Role role) =>
        Assert.That(
            Enumerable.Range(0, 5 * WaitingCalls.MaxPerSeller).Select(_ => _calls.TryEnter(new Caller(role, "x"))),
            Has.None.Null);
}
