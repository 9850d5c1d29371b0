using System.Globalization;

namespace Mes.Chaos.Cluster;

/// <summary>
/// The wall clock of a server that was started with these variables: the machine's clock plus an offset (libfaketime).
/// The server's monotonic clock, and with it every pause and timeout, stays correct.
/// </summary>
/// <param name="library">The path of libfaketime.so.1.</param>
/// <param name="file">The file from which the server reads the offset. Every user must be able to read it.</param>
internal sealed class FakeClock(string library, string file)
{
    /// <summary>How many seconds the server's clock is ahead of the machine's.</summary>
    public int OffsetSeconds { get; private set; }

    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = library,
        ["FAKETIME_TIMESTAMP_FILE"] = file,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_DISABLE_SHM"] = "1",
        ["NO_FAKE_STAT"] = "1",
    };

    /// <summary>
    /// Sets the clock forward, or back for a negative number. It takes effect the next time the server reads its clock.
    /// </summary>
    public void Step(int seconds)
    {
        OffsetSeconds += seconds;

        // Replaces the file in one step, so that the server never reads half of it.
        File.WriteAllText(file + ".new", OffsetSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }
}
