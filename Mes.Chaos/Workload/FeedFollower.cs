using System.Net;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>
/// A client that follows the events of all orders, each call through another instance. When its cursor has expired it
/// begins anew, with the oldest event.
/// </summary>
internal sealed class FeedFollower(
    IReadOnlyList<Instance> instances, History history, History.ClientLog log, Random random)
{
    private const int PauseMilliseconds = 50;

    private int _session = 1;
    private string _place = "start=oldest";
    private long _told;

    /// <summary>How many events this session has told.</summary>
    public long Told => Volatile.Read(ref _told);

    public async Task RunAsync(CancellationToken stop)
    {
        using var connection = new Connection();
        while (!stop.IsCancellationRequested)
        {
            var instance = Connection.Choose(instances, random);
            var start = Clock.Now;
            try
            {
                using var answer = await connection.SendAsync(
                    instance, HttpMethod.Get, $"events?limit=500&wait=1&{_place}", Connection.Service, token: stop);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    await TakeAsync(answer);
                    continue;
                }

                if (answer.StatusCode == HttpStatusCode.Gone)
                {
                    (_session, _place) = (_session + 1, "start=oldest");
                    Volatile.Write(ref _told, 0);
                    continue;
                }

                log.Failures.Add(new(start, Clock.Now, instance.Number, (int)answer.StatusCode));
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                if (!stop.IsCancellationRequested)
                {
                    log.Failures.Add(new(start, Clock.Now, instance.Number, 0));
                }
            }

            await Task.Delay(PauseMilliseconds, CancellationToken.None);
        }
    }

    private async Task TakeAsync(HttpResponseMessage answer)
    {
        using var json = await Answer.ParseAsync(answer);
        var at = Clock.Now;
        var items = json.RootElement.GetProperty("items");
        foreach (var item in items.EnumerateArray())
        {
            history.Tellings.Enqueue(Of(item, history, at, _session));
        }

        _place = $"cursor={json.RootElement.GetProperty("next").GetString()}";
        Volatile.Write(ref _told, _told + items.GetArrayLength());
    }

    /// <summary>Reads an event of an order.</summary>
    public static Telling Of(JsonElement item, History history, long at, int session)
    {
        var data = item.GetProperty("data");
        return new Telling(
            history.NumberOf(data.GetProperty("orderId").GetGuid()),
            Answer.Version(data),
            Answer.Entered(data),
            at,
            session,
            data.GetProperty("sellerId").GetString() == WebhookReceiver.SellerId);
    }
}
