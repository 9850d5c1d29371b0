using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Npgsql;

namespace Mes.Chaos.Workload;

/// <summary>
/// A page that shows the board: it loads it, applies what the stream tells, comes back to any instance, and loads it
/// anew only when it is told to. It never shows a version older than one that it showed, and agrees with the database
/// at the end.
/// </summary>
internal sealed class BoardPage(IReadOnlyList<Instance> instances, Random random)
{
    private const int MaxViolations = 5;

    /// <summary>Three beats.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string[] Columns =
    [
        "SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED",
        "PACKAGING", "SHIPPED",
    ];

    private readonly Lock _changing = new();
    private readonly List<string> _violations = [];
    private Dictionary<Guid, Shown> _shown = [];
    private string? _place;

    /// <summary>How many events it has applied, and how often it has loaded the board.</summary>
    public (int Events, int Loads) Count { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(http, Connection.Choose(instances, random), stop);
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                // The instance is down, or has become so.
            }

            await Task.Delay(random.Next(100, 500), CancellationToken.None);
        }
    }

    /// <summary>Waits until the page shows what the database has.</summary>
    /// <returns>What was wrong, at most a few lines.</returns>
    public async Task<IReadOnlyList<string>> CompareAsync(string database, Terms terms)
    {
        var start = Clock.Now;
        while (await FindDifferenceAsync(database) is { } difference)
        {
            if (Clock.Milliseconds(start, Clock.Now) > terms.GivenUpAfter)
            {
                return [.. _violations, $"stream: at the end {difference}"];
            }

            await Task.Delay(100);
        }

        return _violations;
    }

    private async Task FollowAsync(HttpClient http, Instance instance, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var request = Request(instance, "board/stream");
        if (_place is not null)
        {
            request.Headers.Add("Last-Event-ID", _place);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        var isNew = _place is null;
        string? name = null, data = null, place = null;
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            patience.CancelAfter(Patience);
            if (line.Length > 0)
            {
                var value = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
                name = line.StartsWith("event", StringComparison.Ordinal) ? value : name;
                data = line.StartsWith("data", StringComparison.Ordinal) ? value : data;
                place = line.StartsWith("id", StringComparison.Ordinal) ? value : place;
                continue;
            }

            if (name == "reset" || isNew)
            {
                // Until it has been loaded whole, it has not been loaded: the place is kept only then.
                _place = null;
                await LoadAsync(http, instance, patience.Token);
                isNew = false;
            }
            else if (name == "card")
            {
                Apply(data!);
            }

            _place = place ?? _place;
            (name, data, place) = (null, null, null);
        }
    }

    private async Task LoadAsync(HttpClient http, Instance instance, CancellationToken stop)
    {
        var loaded = new Dictionary<Guid, Shown>();
        foreach (var column in Columns)
        {
            for (var cursor = string.Empty; cursor is not null;)
            {
                using var request = Request(instance, $"board/{column}?limit=100{cursor}");
                using var response = await http.SendAsync(request, stop);
                response.EnsureSuccessStatusCode();
                if (Answer.SourceOf(response) == Source.Unverified)
                {
                    throw new HttpRequestException("The database does not answer: what the board says may be old.");
                }

                using var json = await Answer.ParseAsync(response);
                foreach (var card in json.RootElement.GetProperty("items").EnumerateArray())
                {
                    var (id, version) = (Answer.Id(card), Answer.Version(card));
                    if (!loaded.TryGetValue(id, out var known) || known.Version < version)
                    {
                        loaded[id] = new Shown(version, Answer.Status(card));
                    }
                }

                var next = json.RootElement.GetProperty("next").GetString();
                cursor = next is null ? null : $"&cursor={Uri.EscapeDataString(next)}";
            }
        }

        lock (_changing)
        {
            _shown = loaded;
            Count = (Count.Events, Count.Loads + 1);
        }
    }

    private void Apply(string data)
    {
        using var json = JsonDocument.Parse(data);
        var card = json.RootElement;
        var (id, version) = (Answer.Id(card), Answer.Version(card));
        lock (_changing)
        {
            Count = (Count.Events + 1, Count.Loads);
            if (_shown.TryGetValue(id, out var known) && known.Version > version && known.IsTold)
            {
                Violated($"stream: version {version} of order {id} was told after version {known.Version}");
            }

            if (known is null || known.Version <= version)
            {
                var isGone = card.TryGetProperty("gone", out _);
                _shown[id] = new Shown(version, Answer.Status(card)) { IsTold = true, IsGone = isGone };
            }
        }
    }

    private async Task<string?> FindDifferenceAsync(string database)
    {
        var stored = new Dictionary<Guid, Shown>();
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT id, version, status FROM orders WHERE status NOT IN ('CLOSED', 'CANCELLED', 'REJECTED')",
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            stored[reader.GetGuid(0)] = new Shown(reader.GetInt32(1), reader.GetString(2));
        }

        lock (_changing)
        {
            var shown = _shown.Where(order => !order.Value.IsGone).ToDictionary();
            var differing = stored.Keys.Union(shown.Keys)
                .Where(id => stored.GetValueOrDefault(id)?.Told != shown.GetValueOrDefault(id)?.Told).ToArray();
            return differing.Length == 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"the page differs from the database in {differing.Length} orders, of {differing[0]} it shows "
                    + $"{shown.GetValueOrDefault(differing[0])?.Told ?? "nothing"}, and the database has "
                    + $"{stored.GetValueOrDefault(differing[0])?.Told ?? "nothing"}");
        }
    }

    private void Violated(string what)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add(what);
        }
    }

    private static HttpRequestMessage Request(Instance instance, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance.Address, $"/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Connection.Operator);
        return request;
    }

    /// <param name="Version">Of the order.</param>
    private sealed record Shown(int Version, string? Status)
    {
        /// <summary>
        /// Whether the stream has told it. A board that was loaded may be ahead of the stream, which catches up.
        /// </summary>
        public bool IsTold { get; init; }

        public bool IsGone { get; init; }

        public string Told => $"{Status} {Version}";
    }
}
