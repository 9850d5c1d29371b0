using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Events;

/// <summary>
/// The feed while Redis is away for all instances: it goes on, and no reader is told an older version.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class EventOutageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private CacheWorld? _world;
    private Instance? _instance;

    private CacheWorld World => _world!;

    private Instance Writer => _instance!;

    [SetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.StartAsync();

        // The world's own instances have clocks that hardly go, and no relay.
        _instance = await World.StartInstanceAsync(
            new InstanceSettings { Clock = TimeProvider.System, RelayHeld = false });
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_instance, _world);

    [Test]
    public async Task A_change_by_hand_is_told_although_there_is_no_writer_to_wait_for()
    {
        var id = await SubmittedAsync();
        await World.RedisServer.StopAsync();

        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");

        await IsToldAsync(id, 2);
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Changes_of_the_service_are_told_and_all_of_them_after_the_outage()
    {
        var id = await SubmittedAsync();
        await World.RedisServer.StopAsync();

        await Writer.ChangeAsync(Commands.Price(id));
        await IsToldAsync(id, 2);
        await EverybodySeesAsync(id, 2);

        await World.RedisServer.RestartAsync();
        await Writer.ChangeAsync(Commands.Approve(id));
        await IsToldAsync(id, 3);
        await EverybodySeesAsync(id, 3);
    }

    private async Task<Guid> SubmittedAsync()
    {
        var id = Commands.NewOrderId();
        await Writer.ChangeAsync(Commands.Submit(id));
        await IsToldAsync(id, 1);
        return id;
    }

    private Task IsToldAsync(Guid id, int version) => Eventually.IsTrue(
        async () => await World.ToldVersionsAsync(id) == string.Join(',', Enumerable.Range(1, version)),
        Limit,
        $"the feed tells the order up to version {version}");

    private async Task EverybodySeesAsync(Guid id, int version)
    {
        foreach (var instance in new[] { Writer, World.A, World.B })
        {
            Assert.That(await instance.VersionSeenAsync(id), Is.EqualTo(version));
        }
    }
}
