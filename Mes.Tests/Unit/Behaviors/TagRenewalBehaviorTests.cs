using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Results;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TagRenewalBehaviorTests
{
    private readonly Mock<ITaggedCache> _cache = new(MockBehavior.Strict);
    private readonly Mock<IOutbox> _outbox = new(MockBehavior.Strict);
    private readonly List<string> _calls = [];
    private readonly TaskCompletionSource _elsewhere = new();
    private bool _renews = true;

    public TagRenewalBehaviorTests()
    {
        _cache.Setup(cache => cache.RenewAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((IReadOnlyCollection<string> tags) =>
        {
            _calls.Add($"renew {string.Join(' ', tags)}");
            return new ValueTask<bool>(_renews);
        });
        _outbox.Setup(outbox => outbox.TagsConfirmed()).Callback(() => _calls.Add("confirmed"));
        _outbox.Setup(outbox => outbox.HandOverTagsAsync(It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((IReadOnlyCollection<string> tags) =>
        {
            _calls.Add($"hand over {string.Join(' ', tags)}");
            return _elsewhere.Task;
        });
    }

    [Test]
    public async Task The_tags_get_new_stamps_behind_the_commit_and_before_the_answer()
    {
        var response = await SendAsync(["materials", "material:pla"], 1);

        Assert.That(response.Value, Is.EqualTo(1));
        Assert.That(_calls, Is.EqualTo(new[] { "commit", "renew materials material:pla", "confirmed" }));
    }

    [Test]
    public async Task Tags_that_cannot_be_renewed_are_handed_over_before_the_answer()
    {
        _renews = false;

        var running = SendAsync(["materials"], 1);
        Assert.That(running.IsCompleted, Is.False, "a reader may still get an old answer");
        _elsewhere.SetResult();

        Assert.That((await running).IsSuccess);
        Assert.That(_calls, Is.EqualTo(new[] { "commit", "renew materials", "hand over materials" }), "its outbox row stays");
    }

    [Test]
    public async Task A_refused_command_renews_nothing()
    {
        await SendAsync(["materials"], new Error("not-found", "There is none."));

        Assert.That(_calls, Is.EqualTo(new[] { "commit" }));
    }

    [Test]
    public async Task A_command_without_tags_does_not_ask_the_cache()
    {
        await SendAsync([], 1);

        Assert.That(_calls, Is.EqualTo(new[] { "commit" }));
    }

    private Task<Result<int>> SendAsync(string[] tags, Result<int> result) =>
        new TagRenewalBehavior<Touches, Result<int>>(_cache.Object, _outbox.Object)
            .Handle(new Touches(tags), CancellationToken.None, () =>
        {
            _calls.Add("commit");
            return Task.FromResult(result);
        });

    private sealed record Touches(IReadOnlyCollection<string> Tags) : ICommand<int>;
}
