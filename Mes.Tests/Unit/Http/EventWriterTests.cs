using Mes.Api.Board.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

/// <summary>A client that does not read.</summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EventWriterTests
{
    private static readonly byte[][] Parts = [[1], [2, 3]];

    private readonly FakeTimeProvider _clock = new();
    private readonly Lifetime _lifetime = new();
    private readonly Blocked _body = new();
    private int _dropped;

    [Test]
    public async Task It_is_dropped_after_five_seconds()
    {
        var writing = Writer().TryWriteAsync(Parts, CancellationToken.None);
        _clock.Advance(EventWriter.Patience - TimeSpan.FromMilliseconds(1));
        Assert.That((writing.IsCompleted, _lifetime.IsAborted), Is.EqualTo((false, false)));

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(await writing, Is.False);
        Assert.That((_lifetime.IsAborted, _dropped), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task It_does_not_keep_a_stream_from_ending()
    {
        using var ended = new CancellationTokenSource();
        var writing = Writer().TryWriteAsync(Parts, ended.Token);

        await ended.CancelAsync();

        Assert.That(await writing, Is.False);
        Assert.That((_lifetime.IsAborted, _dropped), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task One_that_reads_gets_all_and_stays()
    {
        var writing = Writer().TryWriteAsync(Parts, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(4));
        _body.Go.SetResult();

        Assert.That(await writing, Is.True);
        Assert.That((_body.Written, _lifetime.IsAborted, _dropped), Is.EqualTo((3, false, 0)));
    }

    private EventWriter Writer()
    {
        var http = new DefaultHttpContext { Response = { Body = _body } };
        http.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);
        return new EventWriter(http, _clock, () => _dropped++);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>Takes bytes only once it may.</summary>
    private sealed class Blocked : MemoryStream
    {
        public TaskCompletionSource Go { get; } = new();

        public int Written { get; private set; }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Go.Task;
            Written += buffer.Length;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Go.Task;
    }
}
