using Mes.Application.Persistence;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace Mes.Tests.Unit.Persistence;

[Category("Unit")]
internal sealed class DeadlineTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Test]
    public async Task What_ends_in_time_is_passed_on()
    {
        using var deadline = new Deadline(Long, TimeProvider.System);

        Assert.That(await deadline.WaitAsync(Task.FromResult(7)), Is.EqualTo(7));
        Assert.That(
            async () => await deadline.WaitAsync(Task.FromException<int>(new TimeoutException("its own"))),
            Throws.InstanceOf<TimeoutException>().With.Message.EqualTo("its own"));
        Assert.That(deadline.IsOver, Is.False);
    }

    [Test]
    public async Task The_caller_leaves_although_the_cancellation_of_the_statement_blocks()
    {
        using var deadline = new Deadline(Short, TimeProvider.System);
        using var cancelling = new ManualResetEventSlim();
        using var blocking = new ManualResetEventSlim();
        await using var registration = deadline.Token.Register(() =>
        {
            cancelling.Set();
            blocking.Wait();
        });

        Assert.That(
            async () => await deadline.WaitAsync(new TaskCompletionSource<int>().Task),
            Throws.InstanceOf<DependencyUnavailableException>());

        Assert.That(deadline.IsOver);
        await Eventually.IsTrue(() => cancelling.IsSet, Long, "the statement is cancelled");
        blocking.Set();
    }

    [Test]
    public void When_the_time_is_over_nothing_more_is_waited_for()
    {
        using var deadline = new Deadline(TimeSpan.Zero, TimeProvider.System);

        Assert.That(
            async () => await deadline.WaitAsync(new TaskCompletionSource<int>().Task),
            Throws.InstanceOf<DependencyUnavailableException>());
    }

    [Test]
    public void A_caller_who_hangs_up_cancels_the_statement()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(Long, TimeProvider.System, caller.Token);
        var statement = Task.Delay(Timeout.Infinite, deadline.Token).ContinueWith(_ => 0, deadline.Token);

        caller.Cancel();

        Assert.That(async () => await deadline.WaitAsync(statement), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_context_is_disposed_of_only_after_the_statement_that_its_caller_has_left()
    {
        await using var engine = new PostgresEngine("Host=localhost;Port=1;Database=none");
        var options = new DbContextOptionsBuilder<MesDbContext>();
        engine.Configure(options);
        var context = new MesDbContext(options.Options);
        var statement = new TaskCompletionSource<int>();
        _ = context.Hold(statement.Task);

        await context.DisposeAsync();
        Assert.That(IsDisposed, Is.False);

        statement.SetException(new TimeoutException());
        await Eventually.IsTrue(IsDisposed, Long, "the context is disposed of");

        bool IsDisposed()
        {
            try
            {
                _ = context.ChangeTracker.HasChanges();
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }
}
