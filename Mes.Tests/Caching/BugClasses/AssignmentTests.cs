using Mes.Application.Caching;
using Mes.Infrastructure.Redis;
using Mes.Infrastructure.Startup;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// An instance that finds a cell on another Redis names that Redis in the database, whatever else happens between
/// finding and naming.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class AssignmentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private TwoRedises _redises = null!;
    private Instance _instance = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _redises = await TwoRedises.StartAsync();
        (_instance, _) = await _redises.StartInstanceAsync(
            new InstanceSettings { Clock = TimeProvider.System, PollHeld = true, RelayHeld = false });
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_redises);

    [Test]
    public async Task Class_37_a_new_epoch_that_is_begun_between_finding_and_naming_does_not_keep_it_from_being_named()
    {
        var id = Commands.NewOrderId();
        await _instance.PollAsync();
        await _instance.ChangeAsync(Commands.Submit(id));
        var before = await _instance.PollAsync();
        var health = _instance.Host.Services.GetRequiredService<ICacheHealth>();

        await _redises.Primary.RestartAsync();
        await Eventually.IsTrue(
            () => health.Connected(Cells.Common) is { } connected
                && connected.Name != before.Cells[0].DataSet, Limit, "the instance has found another Redis");
        await _instance.Host.Services.GetRequiredService<SchemaMigrator>()
            .StartNewCacheEpochAsync(CancellationToken.None);

        Assert.That((await _instance.PollAsync()).Cells[0].DataSet, Is.EqualTo(health.Connected(Cells.Common)!.Name));
        await Eventually.IsTrue(
            async () =>
            {
                await _instance.PollAsync();
                return (await _instance.ReadReportedAsync(id)).Report.Outcome == CacheOutcome.Hit;
            },
            Limit,
            "the cache is used");
    }
}
