using System.Collections.Concurrent;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// The operations that a Redis server refuses, until each works again. So each kind of error is logged once for as long
/// as it lasts, however many requests meet it, and the health check can name what does not work.
/// </summary>
internal sealed class RedisRefusals
{
    private readonly ConcurrentDictionary<string, Refusal> _current = new(StringComparer.Ordinal);

    /// <summary>
    /// The name of a trouble that lasts, for people; null if everything works, or if no trouble has a name.
    /// </summary>
    public string? Trouble => _current.IsEmpty
        ? null
        : _current.Values.Select(refusal => refusal.Trouble).FirstOrDefault(trouble => trouble is not null);

    /// <summary>Records that an operation was refused.</summary>
    /// <param name="operation">One of a few names.</param>
    /// <param name="kind">The error's code, one of a few.</param>
    /// <param name="trouble">The name of the trouble, for people; null if it has none.</param>
    /// <returns>Whether this kind is new, and so is to be logged.</returns>
    public bool Refused(string operation, string kind, string? trouble)
    {
        var refusal = _current.GetOrAdd(operation, _ => new Refusal());
        refusal.Trouble = trouble;
        Interlocked.Increment(ref refusal.Count);
        return Interlocked.Exchange(ref refusal.Kind, kind) != kind;
    }

    /// <summary>Records that an operation worked.</summary>
    /// <param name="operation">One of a few names.</param>
    /// <param name="refused">How often it was refused before.</param>
    /// <returns>Whether it had been refused, so that the end is to be logged.</returns>
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

    /// <summary>
    /// Records that a write worked. An operation that the server still refuses is recorded and logged again.
    /// </summary>
    /// <returns>The operations that had been refused, and how often.</returns>
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
