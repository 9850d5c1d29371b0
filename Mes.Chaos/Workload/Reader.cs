using System.Net;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>A client that reads on every path, each time through another instance.</summary>
internal sealed class Reader(
    IReadOnlyList<Instance> instances, OrderPool orders, History history, History.ClientLog log, Random random)
{
    private const int PageLimit = 100;
    private const int LongestPauseMilliseconds = 6;

    /// <summary>The greatest number of pages that it reads after a list's first.</summary>
    private const int LaterPages = 2;

    private const int ImpatientMilliseconds = 2000;
    private const int AvoidMilliseconds = 1000;

    private readonly Dictionary<Guid, int> _known = [];
    private readonly Dictionary<byte, long> _avoidUntil = [];

    public async Task RunAsync(CancellationToken stop)
    {
        using var connection = new Connection();
        while (!stop.IsCancellationRequested)
        {
            var instance = Connection.Choose(instances, random);
            if (_avoidUntil.GetValueOrDefault(instance.Number) > Clock.Now)
            {
                await Task.Delay(1, CancellationToken.None);
                continue;
            }

            var start = Clock.Now;

            // Some readers wait for a stopped instance, to see what it answers when it resumes. The others turn to
            // another instance.
            using var patience = new CancellationTokenSource();
            if (random.Next(4) > 0)
            {
                patience.CancelAfter(ImpatientMilliseconds);
            }

            try
            {
                await ReadAsync(connection, instance, start, patience.Token);

                // A short pause, so that the service is busy and not this program.
                await Task.Delay(random.Next(LongestPauseMilliseconds + 1), CancellationToken.None);
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                log.Failures.Add(new(start, Clock.Now, instance.Number, 0));
                _avoidUntil[instance.Number] = Clock.Now + Clock.Ticks(AvoidMilliseconds);
            }
        }
    }

    private Task ReadAsync(Connection connection, Instance instance, long start, CancellationToken token) =>
        random.Next(1000) switch
        {
            0 => ReadStatisticsAsync(connection, instance, start, token),
            < 6 => ReadListAsync(connection, instance, start, token),
            < 12 => ReadBoardAsync(connection, instance, start, token),
            < 20 => ReadHistoryAsync(connection, instance, start, token),
            < 300 => ReadOneAsync(connection, instance, start, token, ReadPath.Order, conditional: false),
            < 600 => ReadOneAsync(connection, instance, start, token, ReadPath.Status, conditional: false),
            _ => ReadOneAsync(connection, instance, start, token, ReadPath.Status, conditional: true),
        };

    private async Task ReadOneAsync(
        Connection connection, Instance instance, long start, CancellationToken token, ReadPath path, bool conditional)
    {
        if (orders.Pick(random) is not { } id)
        {
            return;
        }

        var order = history.NumberOf(id);
        var known = conditional ? _known.GetValueOrDefault(id) : 0;
        using var response = await connection.SendAsync(
            instance, HttpMethod.Get, path == ReadPath.Order
                ? $"orders/{id}"
                : $"orders/{id}/status", Connection.Seller, ifNoneMatch: known, token: token);
        var source = Answer.SourceOf(response);
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotModified:
                log.Reads.Add(new(order, known, start, Clock.Now, null, ReadPath.NotModified, source, instance.Number,
                    log.Number));
                break;
            case HttpStatusCode.OK:
                using (var json = await Answer.ParseAsync(response))
                {
                    _known[id] = Answer.Version(json.RootElement);
                    log.Reads.Add(new(order, _known[id], start, Clock.Now, Answer.Status(json.RootElement), path,
                        source, instance.Number, log.Number));
                }

                break;
            case HttpStatusCode.NotFound:
                log.Reads.Add(
                    new(order, 0, start, Clock.Now, null, ReadPath.NotFound, source, instance.Number, log.Number));
                break;
            default:
                Failed(response, instance, start);
                break;
        }
    }

    /// <summary>
    /// The history must have as many changes as the version of the last one, without a gap. It counts as a read of that
    /// version.
    /// </summary>
    private async Task ReadHistoryAsync(Connection connection, Instance instance, long start, CancellationToken token)
    {
        if (orders.Pick(random) is not { } id)
        {
            return;
        }

        using var response = await connection.SendAsync(
            instance, HttpMethod.Get, $"orders/{id}/history", Connection.Seller, token: token);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            log.Reads.Add(new(history.NumberOf(id), 0, start, Clock.Now, null, ReadPath.NotFound, Source.None,
                instance.Number, log.Number));
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            Failed(response, instance, start);
            return;
        }

        using var json = await Answer.ParseAsync(response);
        var changes = json.RootElement.GetProperty("items").EnumerateArray().ToArray();
        if (json.RootElement.TryGetProperty("next", out var next) && next.ValueKind != JsonValueKind.Null)
        {
            return; // A first page alone does not show the last change.
        }

        var known = changes.TakeWhile((change, i) => Answer.Version(change) == i + 1).Count();
        log.Reads.Add(new(
            history.NumberOf(id), known, start, Clock.Now, known > 0 ? Answer.Entered(changes[known - 1]) : null,
                ReadPath.History, Source.None, instance.Number, log.Number));
    }

    private async Task ReadListAsync(Connection connection, Instance instance, long start, CancellationToken token)
    {
        var next = await ReadPageAsync(connection, instance, start, token, ReadPath.List, "");

        // Any instance understands the cursor.
        for (var pages = random.Next(LaterPages + 1); pages > 0 && next is not null; pages--)
        {
            next = await ReadPageAsync(connection, Connection.Choose(instances, random), Clock.Now, token,
                ReadPath.LaterPage, $"&cursor={Uri.EscapeDataString(next)}");
        }
    }

    /// <returns>The cursor of the next page, if there is one.</returns>
    private async Task<string?> ReadPageAsync(
        Connection connection, Instance instance, long start, CancellationToken token, ReadPath path, string cursor)
    {
        using var response = await connection.SendAsync(
            instance, HttpMethod.Get, $"orders?limit={PageLimit}{cursor}", Connection.Seller, token: token);
        if (!response.IsSuccessStatusCode)
        {
            Failed(response, instance, start);
            return null;
        }

        using var json = await Answer.ParseAsync(response);
        Page.Card[] cards = [.. json.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => Card(item) with { UpdatedAt = Answer.UpdatedAt(item) })];
        log.Pages.Add(
            new(path, start, Clock.Now, Answer.SourceOf(response), instance.Number, log.Number, PageLimit, cards));
        return json.RootElement.GetProperty("next").GetString();
    }

    private async Task ReadBoardAsync(Connection connection, Instance instance, long start, CancellationToken token)
    {
        using var response = await connection.SendAsync(
            instance, HttpMethod.Get, $"board?limit={PageLimit}", Connection.Operator, token: token);
        if (!response.IsSuccessStatusCode)
        {
            Failed(response, instance, start);
            return;
        }

        using var json = await Answer.ParseAsync(response);
        Page.Card[] cards =
        [
            .. json.RootElement.GetProperty("columns").EnumerateArray()
                .SelectMany(column => column.GetProperty("items").EnumerateArray()
                    .Select(item => Card(item) with { Column = Answer.Status(column) })),
        ];
        var counts = json.RootElement.GetProperty("counts").EnumerateObject()
            .ToDictionary(count => string.Intern(count.Name), count => count.Value.GetInt32());
        log.Pages.Add(new(ReadPath.Board, start, Clock.Now, Answer.SourceOf(response), instance.Number, log.Number,
            PageLimit, cards, counts));
    }

    private async Task ReadStatisticsAsync(
        Connection connection, Instance instance, long start, CancellationToken token)
    {
        // Two days, because the run may continue past midnight.
        using var response = await connection.SendAsync(
            instance, HttpMethod.Get, "stats/throughput?days=2", Connection.Operator, token: token);
        if (!response.IsSuccessStatusCode)
        {
            Failed(response, instance, start);
            return;
        }

        using var json = await Answer.ParseAsync(response);
        var entered = json.RootElement.GetProperty("days").EnumerateArray()
            .SelectMany(day => day.GetProperty("entered").EnumerateObject())
            .Sum(status => status.Value.GetInt64());
        log.Statistics.Add(new(entered, start, Clock.Now, Answer.SourceOf(response), instance.Number));
    }

    private void Failed(HttpResponseMessage response, Instance instance, long start) =>
        log.Failures.Add(new(start, Clock.Now, instance.Number, (int)response.StatusCode));

    private Page.Card Card(JsonElement item) =>
        new(history.NumberOf(Answer.Id(item)), Answer.Version(item), Answer.Status(item));
}
