using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>
/// Answers the reads of a cell. A read joins the question that has not been sent yet. When the question is answered,
/// the change log says which copies in this instance's memory still stand, and the entries of the other orders are in
/// the same answer. So every read is answered by what Redis said after the read began, and one round trip serves all
/// that wait (docs/decisions/0046).
/// </summary>
/// <remarks>
/// At low load a read is sent at once. At high load the questions grow, not their number: one is under way at a time,
/// and it is closed only after one turn of the thread pool, which takes in every read that is ready by then. Where a
/// round trip takes long, several are under way. A question uses no read's cancellation, context or trace.
/// </remarks>
internal sealed partial class CellQuestions(
    ICellAccess cell,
    CacheOptions options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger logger)
    : IThreadPoolWorkItem
{
    /// <summary>Redis takes about 10 µs for so many entries. Whatever else it is asked waits for no more.</summary>
    private const int MaxEntries = 128;

    /// <summary>How many questions may be under way where a round trip takes long.</summary>
    private const int MaxUnderWay = 8;

    /// <summary>Of this many round trips, the shortest shows how far away Redis is.</summary>
    private const int RoundTripWindow = 64;

    /// <summary>A read that has waited so long leaves too little of its time limit for an answer.</summary>
    private const double MaxWaitShare = 0.75;

    /// <summary>Timers count whole milliseconds.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>A round trip that takes so long goes through a network; on one machine it takes a tenth.</summary>
    private static readonly TimeSpan LongRoundTrip = TimeSpan.FromMilliseconds(0.5);

    /// <summary>
    /// If the last answer is older, a copy has probably been outdated since. Reading its entry at once saves the second
    /// question.
    /// </summary>
    private static readonly TimeSpan FreshAnswer = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long a copy is used before its entry is read again, give or take a third. A Redis that evicts what is least
    /// used would otherwise evict what is most used here. It also bounds any error that was not foreseen.
    /// </summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(30);

    /// <summary>A context without any trace, in which questions are sent.</summary>
    private static readonly ExecutionContext NoContext = CaptureNoContext();

    private readonly Lock _lock = new();
    private readonly List<OrderRead> _waiting = [];
    private readonly NearCopies _copies = new(options.NearCopies.MaxBytes / options.Cells);
    private long _questions;
    private long _settled;
    private int _underWay;
    private bool _isScheduled;
    private int _lastCount;
    private long _answeredAt;
    private bool _readsAllEntries = true;
    private TimeSpan _roundTrip;
    private TimeSpan _shortestInWindow = TimeSpan.MaxValue;
    private int _inWindow;
    private long _reportedBytes;

    public Task<CacheRead<OrderSnapshot>> AskAsync(Guid orderId)
    {
        var read = new OrderRead(orderId, clock.GetTimestamp());
        lock (_lock)
        {
            _waiting.Add(read);
            if (_isScheduled || _underWay > 0 || _lastCount > 1)
            {
                Schedule();
                return read.Task;
            }

            _isScheduled = true;
        }

        // Reads come one by one: waiting for others would only delay this one.
        ExecutionContext.Run(NoContext, static questions => ((IThreadPoolWorkItem)questions!).Execute(), this);
        return read.Task;
    }

    /// <summary>
    /// Removes this instance's copy of an order that it has put. The log would remove it all the same; but the next
    /// reader would need a second question.
    /// </summary>
    public void Remove(Guid orderId)
    {
        lock (_lock)
        {
            _copies.Remove(orderId);
            ReportBytes();
        }
    }

    /// <summary>Closes a question, and answers its reads.</summary>
    void IThreadPoolWorkItem.Execute() => _ = AnswerAsync();

    private async Task AnswerAsync()
    {
        OrderQuestion question;
        BypassReason? objection;
        try
        {
            question = Close(out objection);
        }
        catch (Exception exception)
        {
            Abandon(exception);
            return;
        }

        try
        {
            if (objection is not null)
            {
                question.AnswerRest(CacheRead<OrderSnapshot>.Bypass(objection));
            }
            else if (question.ReadCount > 0)
            {
                await SendAsync(question);
            }
        }
        catch (Exception exception)
        {
            // A bug. The reads of this question are answered from the database, and those that follow are not held up.
            Failed(exception);
            lock (_lock)
            {
                _copies.Clear();
                ReportBytes();
            }

            question.AnswerRest(CacheRead<OrderSnapshot>.Bypass(BypassReason.Error));
        }

        Complete(question);
    }

    private async Task SendAsync(OrderQuestion question)
    {
        var sentAt = clock.GetTimestamp();
        var timeLeft = options.ReadTimeout - clock.GetElapsedTime(question.OldestAskedAt, sentAt);
        if (timeLeft < ShortestWait)
        {
            // The process has stood still since the question was closed. That says nothing about Redis.
            question.AnswerRest(CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout));
            return;
        }

        Settle(question, await cell.SendAsync(question, timeLeft), sentAt);
    }

    /// <summary>No question could be closed: a bug. What waits is answered from the database.</summary>
    private void Abandon(Exception exception)
    {
        Failed(exception);
        OrderRead[] reads;
        lock (_lock)
        {
            reads = [.. _waiting];
            _waiting.Clear();
            _isScheduled = false;
        }

        Bypass(reads, BypassReason.Error);
    }

    private void Bypass(IEnumerable<OrderRead> reads, BypassReason why)
    {
        foreach (var read in reads)
        {
            metrics.Read(isHit: false, why);
            read.Answer = CacheRead<OrderSnapshot>.Bypass(why);
            read.Queue();
        }
    }

    /// <summary>Has the next question closed, unless enough are under way.</summary>
    private void Schedule()
    {
        var most = _roundTrip < LongRoundTrip ? 1 : MaxUnderWay;
        if (!_isScheduled && _waiting.Count > 0 && _underWay < most)
        {
            _isScheduled = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>From now on no read joins the question: it might be executed before the read began.</summary>
    private OrderQuestion Close(out BypassReason? objection)
    {
        cell.TryGetEpoch(out var epoch, out objection);
        lock (_lock)
        {
            var question = new OrderQuestion(++_questions, epoch, _copies.Stamp);
            var now = clock.GetTimestamp();
            var readsAll = _readsAllEntries || clock.GetElapsedTime(_answeredAt, now) > FreshAnswer;
            var taken = 0;
            foreach (var read in _waiting)
            {
                if (clock.GetElapsedTime(read.AskedAt, now) > options.ReadTimeout * MaxWaitShare)
                {
                    question.Expired.Add(read);
                }
                else if (!TryJoin(question, read, readsAll, now))
                {
                    break;
                }

                taken++;
            }

            _waiting.RemoveRange(0, taken);
            _lastCount = taken;
            _isScheduled = false;
            _underWay++;
            Schedule();
            return question;
        }
    }

    private bool TryJoin(OrderQuestion question, OrderRead read, bool readsAll, long now)
    {
        var order = question.Find(read.OrderId);
        var copy = order is null ? _copies.Find(question.Epoch, read.OrderId) : order.Copy;
        var needsEntry = copy is null || readsAll || copy.RefreshAt <= now || read.NeedsEntry;
        if (needsEntry && order?.Entry is null && question.EntryCount == MaxEntries)
        {
            return false;
        }

        order ??= question.Add(read.OrderId, copy);
        if (needsEntry)
        {
            question.ReadEntry(order);
        }

        question.Join(order, read);
        return true;
    }

    private void Settle(OrderQuestion question, RedisReply<RedisValue[]> reply, long sentAt)
    {
        // Without entries, a log of another type fails the question. It counts as no log, as it does with entries: no
        // copy stands, and the reads join the next question.
        var isWrongLog = reply.Failure == BypassReason.WrongType && question.EntryCount == 0;
        if (reply.Failure is { } why && !isWrongLog)
        {
            question.AnswerRest(CacheRead<OrderSnapshot>.Bypass(why));
            return;
        }

        var values = isWrongLog ? [RedisValue.Null] : reply.Value;
        var log = (byte[]?)values[0] ?? [];
        var isReadable = ChangeLog.IsReadable(log);
        Answer(question, values, isReadable ? log : [], sentAt, reply.AnsweredBy);
        lock (_lock)
        {
            // What was executed before something that is known already must not become a copy (bug class 44). Two
            // questions that are sent at the same moment may be executed in the other order. Then the older answer's
            // log lacks the known stamp, and all copies go.
            if (question.Number < _settled)
            {
                return;
            }

            (_settled, _answeredAt) = (question.Number, clock.GetTimestamp());
            MeasureRoundTrip(clock.GetElapsedTime(sentAt, _answeredAt));
            if (isReadable && cell.IsPutValid(question.Epoch, reply.AnsweredBy))
            {
                _readsAllEntries = !_copies.Advance(question.Epoch, reply.AnsweredBy!, log);
                KeepEntries(question);
            }
            else
            {
                _copies.Clear();
                _readsAllEntries = true;
            }

            ReportBytes();
        }
    }

    /// <summary>Decides what the reads of each order are told: the copy if it stands, otherwise the entry.</summary>
    private void Answer(
        OrderQuestion question, RedisValue[] values, ReadOnlySpan<byte> log, long sentAt, DataSet? answeredBy)
    {
        List<Guid> changed = [];
        var isKnown = question.Stamp is { } stamp && ChangeLog.TryReadSince(stamp, log, changed);
        foreach (var order in question.Orders)
        {
            var stands = isKnown && order.Copy is not null && !changed.Contains(order.OrderId);
            if (stands && (order.Entry is null || order.Copy!.RefreshAt > sentAt))
            {
                order.IsFromCopy = true;
                order.Answer = Validated(question, order.OrderId, order.Copy!.Order, answeredBy);
            }
            else if (order.Entry is { } entry)
            {
                order.Found = Read(order.OrderId, values[entry + 1]);
                order.Answer = order.Found is { } found
                    ? Validated(question, order.OrderId, found, answeredBy)
                    : CacheRead<OrderSnapshot>.Miss;
            }
        }
    }

    private void KeepEntries(OrderQuestion question)
    {
        foreach (var order in question.Orders)
        {
            if (order.Found is { } found)
            {
                _copies.Keep(order.OrderId, new NearCopy(found, RefreshAt(_answeredAt)));
            }
            else if (!order.IsFromCopy)
            {
                _copies.Remove(order.OrderId);
            }
        }
    }

    /// <summary>
    /// Completes the reads that have an answer, and has the next question closed after them. The others join that one.
    /// </summary>
    private void Complete(OrderQuestion question)
    {
        Bypass(question.Expired, BypassReason.Timeout);
        OrderRead? only = null;
        List<OrderRead>? again = null;
        foreach (var order in question.Orders)
        {
            if (order.Answer is not { } answer)
            {
                order.Reads.ForEach(read => read.NeedsEntry = true);
                (again ??= []).AddRange(order.Reads);
                continue;
            }

            var isHit = answer.Hit is not null;

            // Of a hit too: it is none for a seller whose order it is not, and must then cost what no order costs (bug
            // class 20).
            var told = order.Reads.Count == 1 ? answer : answer with { Shared = new SharedMiss() };
            foreach (var read in order.Reads)
            {
                metrics.Read(isHit, answer.BypassReason);
                if (isHit)
                {
                    metrics.NearRead(order.IsFromCopy);
                }

                read.Answer = told;
                if (question.ReadCount == 1)
                {
                    only = read;
                }
                else
                {
                    read.Queue();
                }
            }
        }

        lock (_lock)
        {
            if (again is not null)
            {
                _waiting.InsertRange(0, again);
            }

            _underWay--;
            Schedule();
        }

        // With no other read to continue, this thread continues the only one.
        only?.Execute();
    }

    /// <summary>Validated now that the answer is here: the process may have been stopped since it was sent.</summary>
    private CacheRead<OrderSnapshot> Validated(
        OrderQuestion question, Guid orderId, OrderSnapshot order, DataSet? answeredBy) =>
        cell.Validate(orderId, question.Epoch, answeredBy) switch
        {
            HitValidity.Valid => CacheRead<OrderSnapshot>.Found(order),
            HitValidity.Unverified => CacheRead<OrderSnapshot>.FoundUnverified(order),
            _ => CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence),
        };

    private OrderSnapshot? Read(Guid orderId, RedisValue entry)
    {
        if (entry.IsNull)
        {
            return null;
        }

        var order = EntryCodec.Decode(orderId, (byte[])entry!);
        if (order is null)
        {
            // A miss: the put that follows overwrites it. The scripts believe only what is proven, so an unreadable
            // entry keeps no true version out.
            metrics.Unreadable();
            Unreadable(orderId);
        }

        return order;
    }

    private static ExecutionContext CaptureNoContext()
    {
        // Of a thread that was started without one.
        ExecutionContext? context = null;
        var thread = new Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }

    private void MeasureRoundTrip(TimeSpan took)
    {
        _shortestInWindow = took < _shortestInWindow ? took : _shortestInWindow;
        if (++_inWindow == RoundTripWindow)
        {
            (_roundTrip, _shortestInWindow, _inWindow) = (_shortestInWindow, TimeSpan.MaxValue, 0);
        }
    }

    private long RefreshAt(long now)
    {
        var after = RefreshAfter * (2.0 / 3 + (Random.Shared.NextDouble() * 2 / 3));
        return now + (long)(after.TotalSeconds * clock.TimestampFrequency);
    }

    private void ReportBytes()
    {
        metrics.NearBytes(_copies.Bytes - _reportedBytes);
        _reportedBytes = _copies.Bytes;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The entry of order {Order} is not readable; it counts as absent")]
    private partial void Unreadable(Guid order);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A question to Redis could not be settled; its reads are answered from the database")]
    private partial void Failed(Exception exception);
}
