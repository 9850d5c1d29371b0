using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mes.Application.ApiKeys;
using Mes.Application.Persistence;
using Mes.Domain.Callers;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>One embedded service for all tests of a class, and its description.</summary>
internal abstract class OpenApiFixture
{
    /// <summary>A key with which the service fails as if it had a bug.</summary>
    protected const string BrokenKey = "mes_test_broken_key";

    /// <summary>A key with which the service finds its database away.</summary>
    protected const string AwayKey = "mes_test_away_key";

    protected MesHost Host { get; private set; } = null!;

    protected ApiDescription Api { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Host = await MesHost.StartEmbeddedAsync(configure: PlantFaults);
        Api = await ApiDescription.ReadAsync(Host);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await Host.DisposeAsync();

    /// <summary>The demo key of a role that may call the operation.</summary>
    protected static string KeyFor(DescribedOperation operation, string? butNot = null) =>
        ApiEndpoint.KeyOf(operation.Roles.First(role => role != butNot));

    /// <summary>Calls the operation. The client compares the answer with the description.</summary>
    protected async Task<JsonNode?> CallAsync(
        int status, DescribedOperation operation, string path, string? key, HttpContent? body =
            null, params (string Name, string Value)[] headers)
    {
        using var answer = await Host.SendAsync(new HttpMethod(operation.Method), path, key, body, request =>
        {
            foreach (var (name, value) in headers)
            {
                request.TryAddWithoutValidation(name, value);
            }
        });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), $"{operation.Method} {path}: {text}");
        return text.Length > 0 ? JsonNode.Parse(text) : null;
    }

    /// <summary>The description's example of the body; no body if the description requires none.</summary>
    protected static HttpContent? ExampleBody(DescribedOperation operation) =>
        operation.Body?["example"] is { } example ? JsonContent.Create(example) : null;

    private static void PlantFaults(WebApplicationBuilder builder)
    {
        var real =
            builder.Services.Last(service => service.ServiceType == typeof(ICallerDirectory)).ImplementationType!;
        builder.Services.AddSingleton<ICallerDirectory>(
            services => new FaultyCallerDirectory((ICallerDirectory)ActivatorUtilities.CreateInstance(services, real)));
    }

    private sealed class FaultyCallerDirectory(ICallerDirectory real) : ICallerDirectory
    {
        public ValueTask<Caller?> FindAsync(ReadOnlySpan<char> key, CancellationToken cancellationToken) => key switch
        {
            BrokenKey => throw new InvalidOperationException("a planted fault"),
            AwayKey => throw new DependencyUnavailableException("The database", new TimeoutException()),
            _ => real.FindAsync(key, cancellationToken),
        };
    }
}
