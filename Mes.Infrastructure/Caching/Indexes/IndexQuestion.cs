using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>What is asked of an index. Equal to another that asks for the same.</summary>
/// <param name="Together">How many orders of all ranges, merged into one list; 0: those of each range.</param>
internal sealed record IndexQuestion(IndexGroup Group, IndexKind Kind, bool IsDescending, int Together, IndexRange[] Ranges)
{
    private const int OtherArguments = 6;
    private const int ArgumentsPerRange = 6;

    /// <summary>Not behind a page, nor since a moment.</summary>
    public bool IsFromTheStart => Array.TrueForAll(Ranges, range => range is { From: 0, After: null });

    /// <summary>Whether the order, as its entry has it, is one of those that were asked for. Where not, its score is spoiled.</summary>
    public bool Asks(OrderSnapshot order) =>
        IndexScore.ValueOf(Kind, order) is { } score
        && Array.Exists(Ranges, range => score >= range.Base + range.From && score <= range.Base + range.To);

    /// <summary>As the script wants it.</summary>
    /// <param name="keepMilliseconds">How long the index is kept from now on; 0: no limit.</param>
    /// <param name="stamp">That of an answer which is there already; null when there is none.</param>
    public RedisValue[] ToArguments(CacheEpoch epoch, long keepMilliseconds, string? stamp)
    {
        var arguments = new RedisValue[OtherArguments + (ArgumentsPerRange * Ranges.Length)];
        arguments[0] = epoch.EntryPrefix;
        arguments[1] = IsDescending;
        arguments[2] = Together;
        arguments[3] = keepMilliseconds;
        arguments[4] = IndexBuilder.KeepEmptyMilliseconds;
        arguments[5] = stamp ?? RedisValue.EmptyString;
        var at = OtherArguments;
        foreach (var range in Ranges)
        {
            arguments[at++] = range.Base + range.From;
            arguments[at++] = range.Base + range.To;
            arguments[at++] = range.Base;
            arguments[at++] = range.After is null ? RedisValue.EmptyString : range.Base + IndexScore.Time(range.After.Time);
            arguments[at++] = range.After is null ? RedisValue.EmptyString : OrderMember.Of(range.After.Id);
            arguments[at++] = range.Count;
        }

        return arguments;
    }

    public bool Equals(IndexQuestion? other) =>
        other is not null
        && (Group, Kind, IsDescending, Together) == (other.Group, other.Kind, other.IsDescending, other.Together)
        && Ranges.AsSpan().SequenceEqual(other.Ranges);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add((Group, Kind, IsDescending, Together));
        foreach (var range in Ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }
}
