using Mes.Domain.Orders;
using Mes.Tests.Http;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Orders;

public sealed class WidgetOrderTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly Lifecycle.Step Step = Lifecycle.StepOf(OrderTransition.Widget.Name);

    [Test]
    public async Task The_order_moves_on_and_every_instance_tells_so_at_once()
    {
        var order = await Service.OrderInAsync(Step.From[0]);

        var changed = (await Client(Step.Roles[0]).ChangeAsync(order.Id, Step.Action)).Should(200);

        Assert.That(changed.StatusName, Is.EqualTo(Step.To));
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            var read = await Service.As(MesHost.Crm, instance).GetHitAsync($"orders/{order.Id}");
            Assert.That(read.Body, Is.EqualTo(changed.Body));
        }
    }
}
