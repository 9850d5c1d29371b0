using Mes.Application.Persistence;
using NUnit.Framework;

namespace Mes.Tests.Unit.Persistence;

/// <summary>Callers share a read only if all of them asked before it began.</summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReadBulkheadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ReadBulkhead _places = new(1, Patience);
    private int _version = 1;
    private int _reads;

    [Test]
    public async Task Callers_that_wait_for_the_same_share_one_read_that_begins_after_both_have_asked()
    {
        var place = Hold();
        var first = _places.RunSharedAsync("order", ReadAsync);
        var second = _places.RunSharedAsync("order", ReadAsync);
        _version = 2; // Committed and acknowledged while the callers wait.

        place.SetResult();

        Assert.That(await Task.WhenAll(first, second), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(_reads, Is.EqualTo(1));
    }

    [Test]
    public async Task A_caller_that_asks_after_a_read_has_begun_does_not_join_it()
    {
        var place = Hold();
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var first = _places.RunSharedAsync("order", async () =>
        {
            var seen = _version;
            begun.SetResult();
            await end.Task;
            return seen;
        });
        place.SetResult();
        await begun.Task;
        _version = 2; // Acknowledged; the first read has not seen it.

        var second = _places.RunSharedAsync("order", ReadAsync);
        end.SetResult();

        Assert.That((await first, await second), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_caller_that_waits_for_something_else_reads_it()
    {
        var place = Hold();
        var order = _places.RunSharedAsync("order", ReadAsync);
        var other = _places.RunSharedAsync("another", ReadAsync);

        place.SetResult();
        await Task.WhenAll(order, other);

        Assert.That(_reads, Is.EqualTo(2));
    }

    [Test]
    public async Task While_places_are_free_callers_do_not_wait_for_each_other()
    {
        Assert.That(await _places.RunSharedAsync("order", ReadAsync), Is.EqualTo(1));
        _version = 2;
        Assert.That(await _places.RunSharedAsync("order", ReadAsync), Is.EqualTo(2));
    }

    [Test]
    public async Task A_read_that_fails_fails_for_all_who_share_it_and_gives_its_place_back()
    {
        var place = Hold();
        Task<int>[] shared =
            [.. Enumerable.Range(0, 3).Select(
                _ => _places.RunSharedAsync("order", () => Task.FromException<int>(new InvalidOperationException())))];
        place.SetResult();

        foreach (var one in shared)
        {
            Assert.That(async () => await one, Throws.InvalidOperationException);
        }

        Assert.That(await _places.RunSharedAsync("order", ReadAsync), Is.EqualTo(1));
    }

    [Test]
    public void No_caller_waits_for_ever()
    {
        using var places = new ReadBulkhead(1, TimeSpan.FromMilliseconds(20));
        var never = new TaskCompletionSource<int>();
        _ = places.RunAsync(() => never.Task, CancellationToken.None);

        Assert.That(async () => await places.RunSharedAsync("order", ReadAsync),
            Throws.InstanceOf<DependencyUnavailableException>());
    }

    public void Dispose() => _places.Dispose();

    private Task<int> ReadAsync()
    {
        _reads++;
        return Task.FromResult(_version);
    }

    /// <summary>Takes the only place until the result is set.</summary>
    private TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource();
        _ = _places.RunAsync(
            async () =>
            {
                await held.Task;
                return 0;
            },
            CancellationToken.None);
        return held;
    }
}
