using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// A database that hangs accepts connections and answers nothing. The caller gets its 503 within five seconds, wherever
/// the request was when it began to hang; a proxy must wait longer than that.
/// </summary>
[Category("Servers")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HangingDatabaseTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HangWhileSaving _hang = new();

    [Test]
    public async Task The_first_503_takes_at_most_five_seconds()
    {
        await using var postgres = await TestPostgresServer.StartAsync();
        await using var host = await MesHost.StartAsync(
            postgres.ConnectionString,
            "127.0.0.1:1",
            ["--Mes:Cache:Enabled=false"],
            builder => builder.Services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(_hang)));
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        OrdersClient anna = new(() => host, MesHost.Anna);
        OrdersClient unknown = new(() => host, "mes_live_0123456789abcdef_" + new string('s', 43));
        var order = (await alpha.SubmitAsync()).Should(201);
        Func<Task<HttpAnswer>>[] requests =
        [
            () => alpha.GetAsync($"orders/{order.Id}"),
            () => alpha.GetAsync("orders"),
            () => anna.GetAsync("stats/throughput"),
            () => alpha.GetAsync("events"),
            () => unknown.GetAsync("orders"),
            () => alpha.SubmitAsync(),
            () => crm.ChangeAsync(order.Id, "price"),
        ];

        await Promptly.Happens(Longest, "reads, changes and unknown keys are refused", async () =>
        {
            await postgres.PauseAsync();
            var times = await Task.WhenAll(requests.Select(send => Promptly.TimeOf(
                async () => (await send()).ShouldBeProblem(503, "dependency-unavailable"))));
            await postgres.ResumeAsync();
            await Eventually.IsTrue(
                async () => (await alpha.GetAsync("orders")).Status == 200, Patience, "the service works again");
            return times.Max();
        });

        _hang.Begin = postgres.PauseAsync;
        await Promptly.Happens(Longest, "a change is refused whose commit hangs", async () =>
        {
            var time = await Promptly.TimeOf(async () => (await crm.ChangeAsync(order.Id, "price"))
                .ShouldBeProblem(503, "dependency-unavailable"));
            await postgres.ResumeAsync();
            return time;
        });
    }

    private sealed class HangWhileSaving : SaveChangesInterceptor
    {
        public Func<Task>? Begin { get; set; }

        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (Begin is { } begin)
            {
                await begin();
            }

            return result;
        }
    }
}
