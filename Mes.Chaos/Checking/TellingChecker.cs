namespace Mes.Chaos.Checking;

/// <summary>
/// Decides whether events told every version: in the feed once and in order, by webhook at least once and none before
/// the one before it. It looks at the whole run, at the end of which everything had time to arrive.
/// </summary>
internal static class TellingChecker
{
    /// <returns>The broken promises.</returns>
    public static IReadOnlyList<string> Check(History history, Truth truth)
    {
        var orders = history.Orders();
        var tellings = history.Tellings.ToArray();
        return
        [
            .. CheckFeed([.. tellings.Where(telling => telling.IsOfFeed)], truth, orders),
            .. CheckWebhook(tellings, truth, orders),
        ];
    }

    /// <summary>How often a webhook was told a version again.</summary>
    public static int Duplicates(History history) =>
        history.Tellings.Where(telling => !telling.IsOfFeed)
            .GroupBy(telling => (telling.Order, telling.Version, telling.Status)).Sum(group => group.Count() - 1);

    /// <summary>
    /// A follower that begins with the oldest event is told the versions of each order one after the other. The last
    /// one that began has been told all. Earlier ones were ended by a restore of the database.
    /// </summary>
    private static IEnumerable<string> CheckFeed(
        IReadOnlyList<Telling> tellings, Truth truth, IReadOnlyDictionary<int, Guid> orders)
    {
        foreach (var session in tellings.GroupBy(telling => telling.Session))
        {
            Dictionary<int, int> last = [];
            foreach (var telling in session)
            {
                var expected = last.GetValueOrDefault(telling.Order) + 1;
                if (telling.Version != expected)
                {
                    yield return $"feed order {orders[telling.Order]}: version {telling.Version} told at {telling.At}, "
                        + $"where version {expected} was expected";
                }

                last[telling.Order] = Math.Max(telling.Version, last.GetValueOrDefault(telling.Order));
            }
        }

        if (tellings.Count == 0)
        {
            yield break;
        }

        var end = tellings.Max(telling => telling.Session);
        var told = tellings.Where(telling => telling.Session == end)
            .Select(telling => (telling.Order, telling.Version, telling.Status)).ToHashSet();
        foreach (var order in orders.Keys.Order())
        {
            foreach (var commit in truth.Of(order).Where(
                commit => !told.Contains((order, commit.Version, commit.Status))))
            {
                yield return $"feed order {orders[order]}: version {commit.Version} {commit.Status} is not told";
            }
        }
    }

    private static IEnumerable<string> CheckWebhook(
        IReadOnlyList<Telling> tellings, Truth truth, IReadOnlyDictionary<int, Guid> orders)
    {
        Dictionary<int, int> last = [];
        HashSet<(int Order, int Version, string Status)> told = [];
        foreach (var telling in tellings.Where(telling => !telling.IsOfFeed))
        {
            var expected = last.GetValueOrDefault(telling.Order) + 1;
            if (telling.Version > expected)
            {
                yield return $"webhook order {orders[telling.Order]}: version {telling.Version} told at {telling.At}, "
                    + $"before version {expected}";
            }

            last[telling.Order] = Math.Max(telling.Version, last.GetValueOrDefault(telling.Order));
            told.Add((telling.Order, telling.Version, telling.Status));
        }

        foreach (var order in tellings.Where(telling => telling.HasWebhook).Select(telling => telling.Order).Distinct()
            .Order())
        {
            foreach (var commit in truth.Of(order).Where(
                commit => !told.Contains((order, commit.Version, commit.Status))))
            {
                yield return $"webhook order {orders[order]}: version {commit.Version} {commit.Status} has not come";
            }
        }
    }
}
