namespace Mes.Chaos.Checking;

/// <summary>
/// Each time that the database is set back, another one is the truth: of what was seen before, only what is in it
/// counts from then on. So the history falls into parts, and each is held to its own database.
/// </summary>
internal static class Eras
{
    /// <param name="last">What the database has at the end.</param>
    /// <returns>In the order of time; one if the database was never set back.</returns>
    /// <remarks>
    /// What was under way while the database was being replaced says nothing about either. Nor do reads so soon after
    /// it that a licence of the old one may have been alive, nor those that say they are unverified until every
    /// instance had hits again.
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
            failure => failure.Start >= begin && failure.End <= end);

        bool IsWithin(long start, long finish, Source source) =>
            start >= readsBegin && finish <= end && (source != Source.Unverified || start >= verifiedOnly);

        // The same version may have been made anew since, and be of the same status.
        bool IsKept(Change change) => truth.Find(change.Order, change.Version) is { } commit
            && commit.Status == change.Status
            && commit.At < begin;
    }
}
