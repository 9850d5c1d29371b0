using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using StackExchange.Redis;

namespace Mes.Tests.Unit.Caching;

/// <summary>
/// A cell without Redis. It executes a question when it is sent; the test decides when its answer arrives.
/// </summary>
internal sealed class FakeCell : ICellAccess
{
    private readonly ConcurrentDictionary<Guid, byte[]> _entries = [];
    private readonly ConcurrentQueue<OrderQuestion> _sent = [];
    private readonly ConcurrentQueue<Stop> _held = [];

    public CacheEpoch Epoch { get; set; } = new(0, 1);

    /// <summary>The change log; null if it is absent, or another kind of value.</summary>
    public byte[]? Log { get; set; } = ChangeLog.NewRecord(Guid.Empty);

    /// <summary>The log is another kind of value than a string.</summary>
    public bool HasWrongLog { get; set; }

    public DataSet? AnsweredBy { get; set; } = new("one", 1, 0, []);

    public HitValidity Validity { get; set; } = HitValidity.Valid;

    /// <summary>The order that no licence covers.</summary>
    public Guid? Overdue { get; set; }

    public BypassReason? Objection { get; set; }

    /// <summary>Runs when a question is sent, before it is executed.</summary>
    public Action Sending { get; set; } = () => { };


    public Action Validating { get; set; } = () => { };

    public Action GettingEpoch { get; set; } = () => { };

    /// <summary>Why every question fails; null if they are answered.</summary>
    public BypassReason? Failure { get; set; }

    public OrderQuestion[] Sent => [.. _sent];

    /// <summary>How many entries each question has read.</summary>
    public int[] EntriesRead => [.. _sent.Select(question => question.EntryCount)];

    public TimeSpan Timeout { get; private set; }

    /// <summary>Holds the answer of the next question that is sent.</summary>
    public Stop HoldNext()
    {
        var stop = new Stop();
        _held.Enqueue(stop);
        return stop;
    }

    /// <summary>A put: the log names the order, and the entry is written.</summary>
    public void Put(OrderSnapshot order)
    {
        Log = [.. Log ?? [], .. ChangeLog.NewRecord(order.Id)];
        Write(order);
    }

    /// <summary>Writes an entry as nothing does that logs.</summary>
    public void Write(OrderSnapshot order) => _entries[order.Id] = EntryCodec.Encode(order);

    public void WriteUnreadable(Guid orderId) => _entries[orderId] = [1, 2, 3];

    public void Evict(Guid orderId) => _entries.TryRemove(orderId, out _);

    public void ForgetSent() => _sent.Clear();

    public bool TryGetEpoch(out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason)
    {
        GettingEpoch();
        (epoch, bypassReason) = (Epoch, Objection);
        return bypassReason is null;
    }

    public async ValueTask<RedisReply<RedisValue[]>> SendAsync(OrderQuestion question, TimeSpan timeout)
    {
        Timeout = timeout;
        Sending();
        var reply = Execute(question);
        _sent.Enqueue(question);
        if (_held.TryDequeue(out var stop))
        {
            await stop.ArriveAsync();
        }

        return reply;
    }

    public HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy)
    {
        Validating();
        return answeredBy is null || epoch != Epoch || orderId == Overdue ? HitValidity.Invalid : Validity;
    }

    public bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy) =>
        answeredBy is not null && epoch == Epoch && Validity == HitValidity.Valid;

    private RedisReply<RedisValue[]> Execute(OrderQuestion question)
    {
        if (Failure is { } failure)
        {
            return RedisReply<RedisValue[]>.Failed(failure);
        }

        if (HasWrongLog && question.EntryCount == 0)
        {
            return RedisReply<RedisValue[]>.Failed(BypassReason.WrongType);
        }

        var values = new RedisValue[question.EntryCount + 1];
        values[0] = HasWrongLog ? RedisValue.Null : Log;
        foreach (var order in question.Orders)
        {
            if (order.Entry is { } entry)
            {
                values[entry + 1] = _entries.GetValueOrDefault(order.OrderId);
            }
        }

        return RedisReply<RedisValue[]>.Of(values, AnsweredBy);
    }
}
