using System.Text;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Results;
using Microsoft.Extensions.Logging;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TaggedCacheFirstBehaviorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TagStamps Old = new(["old"]);
    private static readonly TagStamps New = new(["new"]);

    private readonly Mock<ITaggedCache> _cache = new(MockBehavior.Strict);
    private readonly CacheReport _report = new();
    private readonly KeyedGate _gate = new();
    private readonly Recorder<TaggedCacheFirstBehavior<Question, Answer>> _log = new();
    private readonly List<string> _calls = [];
    private TaggedRead _read = TaggedRead.Miss(Old);
    private bool _stores = true;

    public TaggedCacheFirstBehaviorTests()
    {
        _cache.Setup(cache => cache.ReadAsync(It.IsAny<string>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((string key, IReadOnlyCollection<string> tags) =>
            {
                _calls.Add($"read {key} {string.Join(' ', tags)}");
                return new ValueTask<TaggedRead>(_read);
            });
        _cache.Setup(cache => cache.StoreAsync(It.IsAny<string>(), It.IsAny<TagStamps>(), It.IsAny<ReadOnlyMemory<byte>>()))
            .Returns((string key, TagStamps stamps, ReadOnlyMemory<byte> value) =>
            {
                _calls.Add($"store {key} {string.Join(' ', stamps.Values)} {Encoding.UTF8.GetString(value.Span)}");
                return new ValueTask<bool>(_stores);
            });
    }

    [Test]
    public async Task A_hit_is_answered_without_asking_the_database()
    {
        _read = Found("""{"value":7}""");

        var response = await AskAsync(1);

        Assert.That(response.Value, Is.EqualTo(new Answer(7)));
        Assert.That(_calls, Is.EqualTo(new[] { "read q orders" }));
        Assert.That(_report.Outcome, Is.EqualTo(CacheOutcome.Hit));
    }

    [Test]
    public async Task A_hit_that_cannot_be_verified_says_so()
    {
        _read = TaggedRead.FoundUnverified("{\"value\":7}"u8.ToArray(), Old);

        Assert.That((await AskAsync(1)).Value, Is.EqualTo(new Answer(7)));
        Assert.That((_report.Outcome, _report.IsUnverified), Is.EqualTo(((CacheOutcome?)CacheOutcome.Hit, true)));
    }

    [Test]
    public async Task A_miss_is_computed_and_stored_with_the_stamps_from_before()
    {
        var response = await AskAsync(() =>
        {
            // A change meanwhile gives the tag another stamp.
            _read = TaggedRead.Miss(New);
            return new Answer(1);
        });

        Assert.That(response.Value, Is.EqualTo(new Answer(1)));
        Assert.That(_calls, Is.EqualTo(new[] { "read q orders", "handler", """store q old {"value":1}""" }));
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, true)));
    }

    [Test]
    public async Task What_could_not_be_stored_is_answered_all_the_same()
    {
        _stores = false;

        Assert.That((await AskAsync(1)).Value, Is.EqualTo(new Answer(1)));
        Assert.That((_report.Outcome, _report.Stored), Is.EqualTo(((CacheOutcome?)CacheOutcome.Miss, false)));
    }

    [Test]
    public async Task A_failure_is_not_stored()
    {
        var response = await AskAsync(() => new Error("not-found", "There is none."));

        Assert.That(response.IsSuccess, Is.False);
        Assert.That(_calls, Is.EqualTo(new[] { "read q orders", "handler" }));
        Assert.That(_report.Outcome, Is.Null);
    }

    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("""{"value":7,"unit":"days"}""")]
    [TestCase("""{"value":"seven"}""")]
    public async Task What_is_not_readable_is_computed_anew_and_stored_over(string stored)
    {
        _read = Found(stored);

        var response = await AskAsync(1);

        Assert.That(response.Value, Is.EqualTo(new Answer(1)));
        Assert.That(_calls, Is.EqualTo(new[] { "read q orders", "handler", """store q old {"value":1}""" }));
        Assert.That(_report.Outcome, Is.EqualTo(CacheOutcome.Miss));
        Assert.That(_log.Entries.Select(entry => entry.Level), Is.All.EqualTo(LogLevel.Information));
    }

    [Test]
    public async Task A_cache_that_does_not_answer_is_passed_by()
    {
        _read = TaggedRead.Bypass("timeout");

        var response = await AskAsync(1);

        Assert.That(response.Value, Is.EqualTo(new Answer(1)));
        Assert.That(_calls, Is.EqualTo(new[] { "read q orders", "handler" }));
        Assert.That((_report.Outcome, _report.Detail), Is.EqualTo(((CacheOutcome?)CacheOutcome.Bypass, "timeout")));
    }

    [Test]
    public async Task While_one_computes_the_others_wait_and_take_what_it_stored()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var others = Enumerable.Range(0, 5).Select(_ => AskAsync(2)).ToList();
        Assert.That(others.Select(other => other.IsCompleted), Is.All.False);

        _read = Found("""{"value":1}""");
        computed.SetResult(new Answer(1));

        Assert.That((await first.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(1)));
        foreach (var other in others)
        {
            Assert.That((await other.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(1)));
        }

        Assert.That(_calls.Count(call => call == "handler"), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_waited_computes_itself_when_what_was_stored_is_no_longer_current()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        _read = TaggedRead.Miss(New);
        computed.SetResult(new Answer(1));

        Assert.That((await first.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(1)));
        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
        Assert.That(_calls[^1], Is.EqualTo("""store q new {"value":2}"""), "with the stamps of its own look, not of the one before it waited");
    }

    [Test]
    public async Task Who_waited_for_a_cache_that_is_gone_now_answers_from_the_database()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        _read = TaggedRead.Bypass("unreachable");
        computed.SetResult(new Answer(1));
        await first.WaitAsync(Limit);

        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
        Assert.That(_calls.Count(call => call.StartsWith("store", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_key_does_not_wait()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);

        Assert.That((await AskAsync(() => new Answer(2), "other").WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));

        computed.SetResult(new Answer(1));
        await first.WaitAsync(Limit);
    }

    [Test]
    public async Task A_computation_that_failed_lets_the_next_one_in()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        computed.SetException(new TimeoutException());

        Assert.That(async () => await first, Throws.TypeOf<TimeoutException>());
        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
    }

    private static TaggedRead Found(string json) => TaggedRead.Found(Encoding.UTF8.GetBytes(json), Old);

    private Task<Result<Answer>> AskAsync(int value) => AskAsync(() => new Answer(value));

    private Task<Result<Answer>> AskAsync(Func<Result<Answer>> compute, string key = "q") => AskAsync(() => Task.FromResult(compute()), key);

    private Task<Result<Answer>> AskAsync(Func<Task<Result<Answer>>> compute, string key = "q") =>
        new TaggedCacheFirstBehavior<Question, Answer>(_cache.Object, _gate, _report, _log).Handle(new Question(key), CancellationToken.None, () =>
        {
            _calls.Add("handler");
            return compute();
        });

    internal sealed record Answer(int Value);

    internal sealed record Question(string Key) : ITaggedQuery<Answer>
    {
        public IReadOnlyCollection<string> Tags => ["orders"];
    }
}
