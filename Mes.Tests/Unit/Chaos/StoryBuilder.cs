using Mes.Chaos.Checking;

namespace Mes.Tests.Unit.Chaos;

/// <summary>A history made by hand, with the database's commits. All times are in milliseconds.</summary>
internal sealed class StoryBuilder
{
    private static readonly string[] Statuses =
        ["SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED",
            "PACKAGING", "SHIPPED", "CLOSED"];

    private readonly Dictionary<int, History.ClientLog> _clients = [];
    private readonly List<(int Order, Truth.Commit Commit)> _commits = [];
    private readonly double _clockUncertainty;
    private Truth _truth;

    public StoryBuilder(double clockUncertainty = 0)
    {
        _clockUncertainty = clockUncertainty;
        _truth = new Truth(Clock.Ticks(clockUncertainty));
    }

    public History History { get; } = new();

    /// <summary>The status of an order's nth version in these stories.</summary>
    public static string StatusOf(int version) => Statuses[version - 1];

    public static Guid Id(int order) => new($"00000000-0000-0000-0000-{order:d12}");

    public StoryBuilder Committed(int order, int version, double at)
    {
        Commit(History.NumberOf(Id(order)), new(version, StatusOf(version), Clock.Ticks(at)));
        return this;
    }

    /// <summary>The database is restored to its state at an earlier moment.</summary>
    public StoryBuilder Restored(double to, double taken, double back)
    {
        History.Restores.Enqueue(new(Clock.Ticks(taken), Clock.Ticks(back), _truth));
        var kept = _commits.Where(commit => commit.Commit.At <= Clock.Ticks(to)).ToArray();
        _truth = new Truth(Clock.Ticks(_clockUncertainty));
        _commits.Clear();
        foreach (var (order, commit) in kept)
        {
            Commit(order, commit);
        }

        return this;
    }

    /// <summary>
    /// In these stories, the order's own time of its last change is the moment when the request was sent.
    /// </summary>
    public StoryBuilder Acknowledged(int order, int version, double from, double to, string? status = null)
    {
        Client(0).Changes.Add(new(
            History.NumberOf(Id(order)), version, Clock.Ticks(from), Clock.Ticks(to), status
                ?? StatusOf(version), 1, (long)from));
        return this;
    }

    /// <summary>The commit lies in the middle of the request.</summary>
    public StoryBuilder Changed(int order, int version, double from, double to) =>
        Committed(order, version, (from + to) / 2).Acknowledged(order, version, from, to);

    public StoryBuilder Unanswered(int order, double from, double to)
    {
        Client(0).Changes.Add(new(History.NumberOf(Id(order)), 0, Clock.Ticks(from), Clock.Ticks(to), null, 1));
        return this;
    }

    public StoryBuilder Told(
        int order, int version, double from, double to, Source source = Source.Hit, int client = 1, ReadPath path =
            ReadPath.Status, string? status = null)
    {
        Client(client).Reads.Add(new(
            History.NumberOf(Id(order)),
            version,
            Clock.Ticks(from),
            Clock.Ticks(to),
            status ?? (version == 0 || path == ReadPath.NotModified ? null : StatusOf(version)),
            path,
            source,
            2,
            (byte)client));
        return this;
    }

    public StoryBuilder Listed(
        double from, double to, int limit, params (int Order, int Version, long UpdatedAt)[] items) =>
        Listed(ReadPath.List, from, to, limit, items);

    public StoryBuilder Listed(
        ReadPath path, double from, double to, int limit, params (int Order, int Version, long UpdatedAt)[] items)
    {
        Client(1).Pages.Add(new(
            path,
            Clock.Ticks(from),
            Clock.Ticks(to),
            Source.Bypass,
            2,
            1,
            limit,
            [.. items.Select(item => new Page.Card(History.NumberOf(Id(item.Order)), item.Version,
                StatusOf(item.Version), UpdatedAt: item.UpdatedAt))]));
        return this;
    }

    public StoryBuilder Board(double from, double to, Dictionary<string, int> counts,
        params (int Order, int Version, string Column)[] cards) =>
        Board(from, to, 100, counts, cards);

    public StoryBuilder Board(double from, double to, int limit, Dictionary<string, int> counts,
        params (int Order, int Version, string Column)[] cards)
    {
        Client(1).Pages.Add(new(
            ReadPath.Board,
            Clock.Ticks(from),
            Clock.Ticks(to),
            Source.Bypass,
            2,
            1,
            limit,
            [.. cards.Select(card =>
                new Page.Card(History.NumberOf(Id(card.Order)), card.Version, StatusOf(card.Version), card.Column))],
            counts));
        return this;
    }

    public StoryBuilder Counted(long entered, double from, double to)
    {
        Client(1).Statistics.Add(new(entered, Clock.Ticks(from), Clock.Ticks(to), Source.Hit, 2));
        return this;
    }

    public StoryBuilder Failed(int httpStatus, double from, double to, byte instance = 2)
    {
        Client(1).Failures.Add(new(Clock.Ticks(from), Clock.Ticks(to), instance, httpStatus));
        return this;
    }

    public StoryBuilder Fault(Reach reach, double from, double to, double heal = 0, byte instance = 0, double lists = 0)
    {
        History.Faults.Enqueue(new("fault", reach, instance, Clock.Ticks(from), Clock.Ticks(to), heal, lists));
        return this;
    }

    public StoryBuilder Stall(double from, double to)
    {
        History.Stalls.Enqueue((Clock.Ticks(from), Clock.Ticks(to)));
        return this;
    }

    public IReadOnlyList<string> Check() => Checker.Check(History, _truth, new Terms());

    private void Commit(int order, Truth.Commit commit)
    {
        _truth.Add(order, commit);
        _commits.Add((order, commit));
    }

    private History.ClientLog Client(int number)
    {
        if (!_clients.TryGetValue(number, out var client))
        {
            _clients[number] = client = History.NewClient();
        }

        return client;
    }
}
