using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mes.Chaos.Checking;

/// <summary>What happened, on one monotonic clock: every read, every acknowledgement, every fault.</summary>
internal sealed class History
{
    public ConcurrentQueue<Read> Reads { get; } = new();

    public ConcurrentQueue<Change> Changes { get; } = new();

    public ConcurrentQueue<Fault> Faults { get; } = new();

    public static long Now => Stopwatch.GetTimestamp();

    public static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    /// <summary>One order, as one answer told it.</summary>
    /// <param name="Path">Which call: order, status, 304, list, board.</param>
    /// <param name="Version">0 when the answer should have shown the order and did not.</param>
    internal readonly record struct Read(
        Guid Order, long Start, long End, int Version, string? Status, string Path, int Instance, string? CacheStatus, int Client)
    {
        public bool IsUnverified => CacheStatus?.Contains("unverified", StringComparison.Ordinal) ?? false;

        public bool IsHit => CacheStatus?.StartsWith("mes; hit", StringComparison.Ordinal) ?? false;
    }

    /// <summary>An attempt to change an order.</summary>
    /// <param name="Version">What was acknowledged; 0 when the outcome is not known to the client.</param>
    internal readonly record struct Change(Guid Order, long Start, long End, int Version, string? Status, int Instance);

    internal readonly record struct Fault(string Kind, long Start, long End, double HealMilliseconds);
}
