using System.Text;
using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Json;
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
    private readonly SharedComputations _computations = new(Limit);
    private readonly Recorder<TaggedCacheFirstBehavior<Question, Answer>> _log = new();
    private readonly List<string> _calls = [];
    private readonly HashSet<string> _keys = [];
    private TaggedRead _read = TaggedRead.Miss(Old);
    private bool _stores = true;
    private CacheReport _report = CacheReport.None;

    public TaggedCacheFirstBehaviorTests()
    {
        _cache.Setup(cache => cache.ReadAsync(It.IsAny<string>(), It.IsAny<IReadOnlyCollection<string>>()))
            .Returns((string key, IReadOnlyCollection<string> tags) =>
            {
                _keys.Add(key);
                _calls.Add($"read {key[(key.LastIndexOf(':') + 1)..]} {string.Join(' ', tags)}");
                return new ValueTask<TaggedRead>(_read);
            });
        _cache.Setup(
            cache => cache.StoreAsync(It.IsAny<string>(), It.IsAny<TagStamps>(), It.IsAny<ReadOnlyMemory<byte>>()))
            .Returns((string key, TagStamps stamps, ReadOnlyMemory<byte> value) =>
            {
                _keys.Add(key);
                _calls.Add(
                    $"store {key[(key.LastIndexOf(':') + 1)..]} {string.Join(' ', stamps.Values)} {Encoding.UTF8.GetString(value.Span)}");
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
            // A concurrent change gives the tag another stamp.
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
        _read = TaggedRead.Bypass(BypassReason.Timeout);

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
    public async Task A_caller_that_waited_computes_itself_when_the_stored_answer_is_no_longer_current()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        _read = TaggedRead.Miss(New);
        computed.SetResult(new Answer(1));

        Assert.That((await first.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(1)));
        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
        Assert.That(_calls[^1], Is.EqualTo("""store q new {"value":2}"""), "with the stamps that it read itself, not those from before it waited");
    }

    [Test]
    public async Task A_caller_that_waited_for_a_cache_that_is_now_gone_is_answered_from_the_database()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        _read = TaggedRead.Bypass(BypassReason.Unreachable);
        computed.SetResult(new Answer(1));
        await first.WaitAsync(Limit);

        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
        Assert.That(_calls.Count(call => call.StartsWith("store", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Those_who_waited_share_one_computation_however_many_they_are_and_however_soon_it_is_outdated()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var others = Enumerable.Range(2, 39).Select(value => AskAsync(value)).ToList();

        _read = TaggedRead.Miss(New); // Changes keep giving the tag another stamp.
        computed.SetResult(new Answer(1));

        Assert.That((await first.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(1)));
        Assert.That((await Task.WhenAll(others).WaitAsync(Limit)).Select(answer => answer.Value),
            Is.All.EqualTo(new Answer(2)), "from the computation that began after all had asked");
        Assert.That(_calls.Count(call => call == "handler"), Is.EqualTo(2), "bug class 39");
    }

    [Test]
    public async Task A_caller_that_comes_after_it_has_begun_does_not_join_it()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        var first = AskAsync(() => computed.Task);
        var second = AskAsync(2);

        Assert.That(second.IsCompleted, Is.False);
        computed.SetResult(new Answer(1));

        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)),
            "the first computation read the database before this caller asked");
        await first;
    }

    [Test]
    public async Task A_caller_that_hangs_up_does_not_cancel_the_others()
    {
        var computed = new TaskCompletionSource<Result<Answer>>();
        using var hangsUp = new CancellationTokenSource();
        var first = AskAsync(() => computed.Task, cancellationToken: hangsUp.Token);
        var second = AskAsync(2);

        await hangsUp.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(second.IsCompleted, Is.False);
        computed.SetResult(new Answer(1));

        Assert.That((await second.WaitAsync(Limit)).Value, Is.EqualTo(new Answer(2)));
    }

    [Test]
    public async Task The_key_begins_with_the_name_of_the_query_and_the_shape_of_its_answer()
    {
        await AskAsync(1);

        Assert.That(
            _keys.Single(), Is.EqualTo(
                $"{typeof(Question).FullName}:{AnswerShape.Of(typeof(Answer), MesJson.Options)}:q"), "bug class 43");
    }

    [Test]
    public void Malformed_tags_are_refused_before_anything_is_asked()
    {
        Assert.That(() => AskAsync(() => new Answer(1), "spaced"),
            Throws.InvalidOperationException.With.Message.Contains("Question declares the tag \"orders of today\""));
        Assert.That(_calls, Is.Empty);
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

    private Task<Result<Answer>> AskAsync(Func<Result<Answer>> compute, string key = "q") =>
        AskAsync(() => Task.FromResult(compute()), key);

    private async Task<Result<Answer>> AskAsync(
        Func<Task<Result<Answer>>> compute, string key = "q", CancellationToken cancellationToken = default)
    {
        var handler = new Handler(() =>
        {
            _calls.Add("handler");
            return compute();
        });
        var response = await new TaggedCacheFirstBehavior<Question, Answer>(
            _cache.Object, _computations, handler, _log).Handle(
            new Question(key),
            cancellationToken,
            () => throw new InvalidOperationException("What is computed for many must not use one caller's token."));
        _report = CacheReport.Of(response);
        return response;
    }

    internal sealed record Answer(int Value);

    internal sealed record Question(string Key) : ITaggedQuery<Answer>
    {
        public IReadOnlyCollection<string> Tags => Key == "spaced" ? ["orders of today"] : ["orders"];
    }

    private sealed class Handler(Func<Task<Result<Answer>>> compute) : IRequestHandler<Question, Result<Answer>>
    {
        public Task<Result<Answer>> Handle(Question request, CancellationToken cancellationToken) => compute();
    }
}
