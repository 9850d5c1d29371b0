namespace Mes.Chaos.Checking;

/// <summary>
/// Each restore replaces the database by an earlier state. From then on, earlier observations count only where the
/// restored state contains them. So the history falls into parts, and each is checked against its own database.
/// </summary>
internal static class Eras
{
    /// <param name="last">The contents of the database at the end.</param>
    /// <returns>The parts in order of time; a single one if the database was never restored.</returns>
    /// <remarks>
    /// Requests that were under way during the replacement prove nothing about either database. The same holds for
    /// reads so soon afterwards that a licence of the old database may have been alive, and for unverified reads until
    /// every instance had hits again.
    /// </remarks>
    public static IEnumerable<(History History, Truth Truth)> Split(History history, Truth last, Terms terms)
    {
        Restore? before = null;
        foreach (var next in history.Restores.Append(null))
        {
            var truth = next?.Before ?? last;
            yield return (before is null && next is null ? history : Part(history, truth, before, next, terms), truth);
            before = next;
        }
    }

    private static History Part(History history, Truth truth, Restore? before, Restore? next, Terms terms)
    {
        var (begin, end) = (before?.Back ?? long.MinValue, next?.Taken ?? long.MaxValue);
        var readsBegin = before is null ? begin : begin + Clock.Ticks(terms.LicencesEndWithin);
        var verifiedOnly = history.Faults.Where(
            fault => before is not null && fault.Start <= begin && begin <= fault.Healed)
            .Select(fault => fault.Healed).DefaultIfEmpty(readsBegin).Max();

        return history.Where(
            read => IsWithin(read.Start, read.End, read.Source),
            page => IsWithin(page.Start, page.End, page.Source),
            answer => IsWithin(answer.Start, answer.End, answer.Source),
            change => change.Start >= begin ? change.End <= end : change.End <= before!.Taken && IsKept(change),
            failure => failure.Start >= begin && failure.End <= end,
            telling => telling.At >= readsBegin && telling.At <= end);

        bool IsWithin(long start, long finish, Source source) =>
            start >= readsBegin && finish <= end && (source != Source.Unverified || start >= verifiedOnly);

        // A later change may have created the same version with the same status again, so the commit must be older.
        bool IsKept(Change change) => truth.Find(change.Order, change.Version) is { } commit
            && commit.Status == change.Status
            && commit.At < begin;
    }
}
