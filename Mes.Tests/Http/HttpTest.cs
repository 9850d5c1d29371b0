using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// A fixture that meets the service over HTTP, once on each kind of engine. The service is started once for all tests
/// of the fixture, on a database and a cache of its own; each test makes the orders (and, for lists, the seller) it
/// looks at.
/// </summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
public abstract class HttpTest(TestEngines engines)
{
    private protected ServiceUnderTest Service { get; private set; } = null!;

    private protected OrdersClient Alpha => Service.As(MesHost.Alpha);

    private protected OrdersClient Beta => Service.As(MesHost.Beta);

    private protected OrdersClient Anna => Service.As(MesHost.Anna);

    private protected OrdersClient Boris => Service.As(MesHost.Boris);

    private protected OrdersClient Crm => Service.As(MesHost.Crm);

    private protected OrdersClient Admin => Service.As(MesHost.Admin);

    private protected OrdersClient Nobody => Service.As(null);

    /// <summary>A caller of the role.</summary>
    private protected OrdersClient Client(string role) => Service.As(ApiEndpoint.KeyOf(role));

    [OneTimeSetUp]
    public async Task StartService() => Service = await ServiceUnderTest.StartAsync(engines, Configure);

    [OneTimeTearDown]
    public async Task StopService()
    {
        // Null where a missing server has kept the fixture from starting.
        if (Service is not null)
        {
            await Service.DisposeAsync();
        }
    }

    /// <summary>Replaces what a fixture must steer.</summary>
    private protected virtual void Configure(WebApplicationBuilder builder)
    {
    }
}
