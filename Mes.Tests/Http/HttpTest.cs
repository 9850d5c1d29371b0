using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// A fixture that tests the service over HTTP, once per kind of engine. The service starts once for all tests of the
/// fixture, with its own database and cache. Each test creates the orders, and for lists the seller, that it needs.
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

    /// <summary>A client with this role.</summary>
    private protected OrdersClient Client(string role) => Service.As(ApiEndpoint.KeyOf(role));

    [OneTimeSetUp]
    public async Task StartService() => Service = await ServiceUnderTest.StartAsync(engines, Configure);

    [OneTimeTearDown]
    public async Task StopService()
    {
        // Null if a missing server kept the fixture from starting.
        if (Service is not null)
        {
            await Service.DisposeAsync();
        }
    }

    /// <summary>Replaces the services that a fixture must control.</summary>
    private protected virtual void Configure(WebApplicationBuilder builder)
    {
    }
}
