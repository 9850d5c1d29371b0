using Mes.Tests.Http;
using NUnit.Framework;

namespace Mes.Tests.Statistics;

public sealed class WidgetTests(TestEngines engines) : HttpTest(engines)
{
    private const string Path = "stats/widget-path";
    private const string Filled = "mes; fwd=miss; stored";

    [Test]
    public async Task A_seller_sees_its_own_orders_and_a_hit_until_one_of_them_changes()
    {
        var (_, seller) = await Service.NewSellerAsync();
        (await seller.SubmitAsync()).Should(201);
        Assert.That((await seller.GetCachedAsync(Path)).CacheStatus, Is.EqualTo(Filled));

        (await Beta.SubmitAsync()).Should(201);
        await seller.GetHitAsync(Path);

        (await seller.SubmitAsync()).Should(201);
        var after = (await seller.GetCachedAsync(Path)).Should(200);
        Assert.That(after.CacheStatus, Is.EqualTo(Filled));
        Assert.That(after.Json.GetProperty("orders").GetInt32(), Is.EqualTo(2));
    }
}
