using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// An instance in one schedule, with copies of its own. Its questions are real. That one is executed, and that its
/// answer is processed, are two steps. Questions are executed in the order in which they were sent; answers are
/// processed in any order.
/// </summary>
internal sealed class ScheduledInstance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Actor _actor;
    private readonly Variant _variant;
    private readonly CellAccess _redis;
    private readonly CellQuestions _questions;
    private readonly bool _isFar;
    private readonly List<Task> _reads = [];
    private readonly List<OrderQuestion> _sent = [];
    private readonly List<OrderQuestion> _executed = [];
    private OrderQuestion? _betweenSteps;
    private RedisValue _newestLog;

    /// <param name="isFar">Redis is so far away that several questions are under way at a time.</param>
    public ScheduledInstance(
        string name, Schedule schedule, Instance host, int cell, Variant variant, FakeTimeProvider clock, bool isFar)
    {
        (_actor, _variant, _isFar) = (new Actor(name, schedule), variant, isFar);
        var services = host.Host.Services;
        _redis = new CellAccess(
            cell,
            services.GetRequiredService<RedisRouter>(),
            services.GetRequiredService<KeySpace>(),
            services.GetRequiredService<Licences>());
        _questions = new CellQuestions(
            new ScheduledCell(this),
            services.GetRequiredService<IOptions<CacheOptions>>().Value,
            services.GetRequiredService<CacheMetrics>(),
            clock,
            NullLogger.Instance);
        if (isFar)
        {
            RoundTripOf(_questions) = TimeSpan.FromMilliseconds(5);
        }
    }

    /// <summary>The process has died: its questions are neither executed nor processed any more.</summary>
    public bool IsGone
    {
        get => _actor.IsGone;
        set => _actor.IsGone = value;
    }

    /// <summary>Every read that has no answer waits for a step, or for a question under way.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                _reads.RemoveAll(read => read.IsCompleted);
                return _betweenSteps is null
                    && (_reads.Count == _sent.Sum(question => question.ReadCount + question.Expired.Count)
                        || (!_isFar && _sent.Count == 1));
            }
        }
    }

    public bool Owns(Step step) => step.Actor == _actor;

    public Task<CacheRead<OrderSnapshot>> AskAsync(Guid orderId)
    {
        lock (_lock)
        {
            if (_variant.JoinsExecuted && _executed.LastOrDefault()?.Find(orderId)?.Reads is [var other, ..])
            {
                return other.Task;
            }

            var read = _questions.AskAsync(orderId);
            _reads.Add(read);
            return read;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_roundTrip")]
    private static extern ref TimeSpan RoundTripOf(CellQuestions questions);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_settled")]
    private static extern ref long SettledOf(CellQuestions questions);

    private async ValueTask<RedisReply<RedisValue[]>> SendAsync(OrderQuestion question, TimeSpan timeout)
    {
        var executing = _actor.Schedule.StepAsync(
            _actor,
            $"executes question {question.Number}",
            () => ExecuteAsync(question),
            isPossible: () => _sent.Except(_executed).First() == question,
            unanswered: () =>
            {
                // What Redis makes of it later has no effect.
                Executed(question);
                return RedisReply<RedisValue[]>.Failed(BypassReason.Timeout);
            });
        lock (_lock)
        {
            _sent.Add(question);
        }

        var reply = await executing;
        var processing = _actor.Schedule.StepAsync(_actor, $"processes the answer to question {question.Number}", () =>
        {
            lock (_lock)
            {
                _sent.Remove(question);
                _executed.Remove(question);
            }

            return new ValueTask<RedisReply<RedisValue[]>>(reply.Failure is null ? Altered(question, reply) : reply);
        });
        lock (_lock)
        {
            _betweenSteps = null;
        }

        return await processing;
    }

    private async ValueTask<RedisReply<RedisValue[]>> ExecuteAsync(OrderQuestion question)
    {
        var reply = await _redis.SendAsync(question, Patience);
        if (_sent.Contains(question) && !_executed.Contains(question))
        {
            Executed(question);
            _newestLog = reply.Failure is null ? reply.Value[0] : RedisValue.Null;
        }

        return reply;
    }

    /// <summary>
    /// The step has been taken. A question that had not come so far as to wait for it goes on to its next step on the
    /// thread pool.
    /// </summary>
    private void Executed(OrderQuestion question)
    {
        lock (_lock)
        {
            _executed.Add(question);
            _betweenSteps = question;
        }
    }

    private RedisReply<RedisValue[]> Altered(OrderQuestion question, RedisReply<RedisValue[]> reply)
    {
        var log = (byte[]?)reply.Value[0];
        if (_variant.KeepsLate && question.Number < SettledOf(_questions))
        {
            SettledOf(_questions) = 0;
            log = (byte[]?)_newestLog;
        }

        return RedisReply<RedisValue[]>.Of([_variant.Log(question, log), .. reply.Value[1..]], reply.AnsweredBy);
    }

    /// <summary>The cell, whose questions are sent step by step.</summary>
    private sealed class ScheduledCell(ScheduledInstance instance) : ICellAccess
    {
        public bool TryGetEpoch(out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason) =>
            instance._redis.TryGetEpoch(out epoch, out bypassReason);

        public ValueTask<RedisReply<RedisValue[]>> SendAsync(OrderQuestion question, TimeSpan timeout) =>
            instance.SendAsync(question, timeout);

        public HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy) =>
            instance._redis.Validate(orderId, epoch, answeredBy);

        public bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy) =>
            instance._redis.IsPutValid(epoch, answeredBy);
    }
}
