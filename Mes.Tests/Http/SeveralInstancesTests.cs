using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Several instances that start on one empty database at the same time.</summary>
[TestFixture]
[Category("Servers")]
public sealed class SeveralInstancesTests
{
    [Test]
    public async Task Three_instances_migrating_an_empty_database_at_once_all_serve()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var redis = await TestRedisServer.StartAsync();
        var starting = Enumerable.Range(0, 3)
            .Select(_ => MesHost.StartAsync(database.ConnectionString, redis.ConnectionString)).ToArray();
        try
        {
            var hosts = await Task.WhenAll(starting);
            foreach (var host in hosts)
            {
                var order = (await new OrdersClient(() => host, MesHost.Alpha).SubmitAsync()).Should(201);
                foreach (var other in hosts)
                {
                    var read = (await new OrdersClient(() => other, MesHost.Alpha).OrderAsync(order.Id)).Should(200);
                    Assert.That(read.Body, Is.EqualTo(order.Body));
                }
            }
        }
        finally
        {
            foreach (var start in starting.Where(start => start.IsCompletedSuccessfully))
            {
                await (await start).DisposeAsync();
            }
        }
    }
}
