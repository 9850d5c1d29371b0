using System.Collections.Concurrent;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// What a Redis server answers with errors, by operation, until the same operation works again. So each kind of error is told once for
/// as long as it lasts, however many requests meet it, and the health check can name what does not work.
/// </summary>
internal sealed class RedisRefusals
{
    private readonly ConcurrentDictionary<string, Refusal> _current = new(StringComparer.Ordinal);

    /// <summary>The trouble that was named last and still lasts; null when everything works, or when nothing has a name.</summary>
    public string? Trouble => _current.IsEmpty ? null : _current.Values.Select(refusal => refusal.Trouble).FirstOrDefault(trouble => trouble is not null);

    /// <param name="operation">One of a few.</param>
    /// <param name="kind">One of a few: the error's code.</param>
    /// <param name="trouble">For people; null when it has no name.</param>
    /// <returns>Whether it is news, to be logged.</returns>
    public bool Refused(string operation, string kind, string? trouble)
    {
        var refusal = _current.GetOrAdd(operation, _ => new Refusal());
        refusal.Trouble = trouble;
        Interlocked.Increment(ref refusal.Count);
        return Interlocked.Exchange(ref refusal.Kind, kind) != kind;
    }

    /// <param name="refused">How often it was refused before it worked again.</param>
    /// <returns>Whether it had been refused, so that its end is to be logged.</returns>
    public bool Worked(string operation, out long refused)
    {
        refused = 0;
        if (_current.IsEmpty || !_current.TryRemove(operation, out var refusal))
        {
            return false;
        }

        refused = Interlocked.Read(ref refusal.Count);
        return true;
    }

    /// <summary>A write has worked, after which everything is tried anew: what is refused still will be told again.</summary>
    /// <returns>What had been refused, and how often.</returns>
    public IReadOnlyCollection<(string Operation, long Refused)> AllWorked()
    {
        var over = new List<(string, long)>();
        foreach (var operation in _current.Keys)
        {
            if (Worked(operation, out var refused))
            {
                over.Add((operation, refused));
            }
        }

        return over;
    }

    private sealed class Refusal
    {
        public string? Kind;
        public long Count;

        public volatile string? Trouble;
    }
}
