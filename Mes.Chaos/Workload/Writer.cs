using System.Net;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>A client that changes orders, each time through another instance.</summary>
internal sealed class Writer(
    IReadOnlyList<Instance> instances, OrderPool orders, History history, History.ClientLog log, Random random,
        HangUps hangUps, Terms terms)
{
    private static readonly Dictionary<string, (string Action, string Key, string? Body)> Next = new()
    {
        ["SUBMITTED"] = ("price", Connection.Service, """{"amount":12.50,"currency":"EUR"}"""),
        ["PRICE_CALCULATED"] = ("approval", Connection.Service, null),
        ["MANUFACTURING_APPROVED"] = ("claim", Connection.Operator, null),
        ["MANUFACTURING_STARTED"] = ("completion", Connection.Operator, null),
        ["MANUFACTURING_COMPLETED"] = ("packaging", Connection.Operator, null),
        ["PACKAGING"] = ("shipment", Connection.Operator, """{"carrier":"c","trackingNumber":"t"}"""),
        ["SHIPPED"] = ("closure", Connection.Service, null),
    };

    private const int LongestPauseMilliseconds = 20;

    private readonly Connection _connection = new();

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (orders.PickSlot(random) is not { } slot)
                {
                    await Task.Delay(1, CancellationToken.None);
                }
                else if (slot.Order is var order && order != Guid.Empty)
                {
                    await ChangeAsync(slot, order);

                    // A short pause, as in the readers, so that the service gets most of the time.
                    await Task.Delay(random.Next(LongestPauseMilliseconds), CancellationToken.None);
                }
                else if (slot.TryReserve())
                {
                    await SubmitAsync(slot);
                }
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }

        _connection.Dispose();
    }

    private async Task SubmitAsync(OrderPool.Slot slot)
    {
        var target = AnyInstance();
        var body = $$$"""{"externalId":"c{{{log.Number}}}-{{{random.NextInt64()}}}","model":{"fileName":"m.stl","sha256":"{{{new string('a', 64)}}}","polygonCount":3},"material":"PLA","quantity":1}""";
        var start = Clock.Now;
        try
        {
            using var response =
                await _connection.SendAsync(target, HttpMethod.Post, "orders", Connection.Seller, body);
            if (response.StatusCode == HttpStatusCode.Created)
            {
                var (id, status) = await AcknowledgedAsync(response, start, target);
                slot.Fill(id, status);
                return;
            }

            Failed(response, target, start);
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            // The order may exist although no client knows its id; another order takes its place.
        }

        slot.Fill(Guid.Empty, null);
    }

    private async Task ChangeAsync(OrderPool.Slot slot, Guid id)
    {
        var status = slot.Status ?? await AskAsync(slot, id);
        if (status is null)
        {
            return;
        }

        if (!Next.TryGetValue(status, out var next))
        {
            orders.End(slot, id);
            return;
        }

        var (action, key, body) = Vary(next);
        using var hangUp = new CancellationTokenSource();
        if (hangUps.DelayMilliseconds(random) is { } delay)
        {
            hangUp.CancelAfter(delay);
        }

        var order = history.NumberOf(id);
        var target = AnyInstance();
        var start = Clock.Now;
        var isKnown = false;
        try
        {
            using var response = await _connection.SendAsync(
                target, HttpMethod.Post, $"orders/{id}/{action}", key, body, token: hangUp.Token);
            if (response.IsSuccessStatusCode)
            {
                slot.Learn(id, (await AcknowledgedAsync(response, start, target)).Status);
                return;
            }

            isKnown = response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound;
            Failed(response, target, start);
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            // The change may have been committed.
        }

        log.Changes.Add(new(order, 0, start, Clock.Now, null, target.Number));
        slot.Learn(id, null);
        if (!isKnown && (!hangUp.IsCancellationRequested || random.Next(3) > 0))
        {
            // Leaves the order alone for a while. A later change would hide whether this unacknowledged one shows in
            // time (G2).
            slot.LeaveAlone((int)terms.VisibleWithin + random.Next(1000, 4000));
        }
    }

    private (string Action, string Key, string? Body) Vary((string Action, string Key, string? Body) next) =>
        (next.Action, random.Next(100)) switch
        {
            // A repeated claim changes nothing but still returns a version.
            ("completion", < 20) => ("claim", Connection.Operator, null),
            ("completion", < 30) => ("release", Connection.Operator, """{"reason":"r"}"""),
            ("price" or "approval" or "claim", < 2) => ("cancellation", Connection.Service, """{"reason":"r"}"""),
            ("price" or "approval" or "claim", < 3) => ("rejection", Connection.Service, """{"reason":"r"}"""),
            _ => next,
        };

    /// <summary>
    /// Reads the order's status if the last attempt did not return it. The read is recorded and checked like any other.
    /// </summary>
    private async Task<string?> AskAsync(OrderPool.Slot slot, Guid id)
    {
        var instance = AnyInstance();
        var start = Clock.Now;
        using var response =
            await _connection.SendAsync(instance, HttpMethod.Get, $"orders/{id}/status", Connection.Seller);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            // A missing order is a violation, unless a restore took the database back to before this order.
            log.Reads.Add(new(history.NumberOf(id), 0, start, Clock.Now, null, ReadPath.NotFound,
                Answer.SourceOf(response), instance.Number, log.Number));
            slot.Leave(id);
        }

        if (!response.IsSuccessStatusCode)
        {
            Failed(response, instance, start);
            return null;
        }

        using var json = await Answer.ParseAsync(response);
        var status = Answer.Status(json.RootElement);
        log.Reads.Add(new(
            history.NumberOf(id), Answer.Version(json.RootElement), start, Clock.Now, status, ReadPath.Status,
                Answer.SourceOf(response), instance.Number, log.Number));
        return status;
    }

    private async Task<(Guid Id, string Status)> AcknowledgedAsync(
        HttpResponseMessage response, long start, Instance target)
    {
        using var json = await Answer.ParseAsync(response);
        var order = json.RootElement;
        var (id, status) = (Answer.Id(order), Answer.Status(order));
        log.Changes.Add(new(history.NumberOf(id), Answer.Version(order), start, Clock.Now, status, target.Number,
            Answer.UpdatedAt(order)));
        return (id, status);
    }

    private void Failed(HttpResponseMessage response, Instance instance, long start)
    {
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            log.Failures.Add(new(start, Clock.Now, instance.Number, (int)response.StatusCode));
        }
    }

    private Instance AnyInstance() => Connection.Choose(instances, random);
}
