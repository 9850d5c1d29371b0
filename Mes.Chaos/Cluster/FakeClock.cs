using System.Globalization;

namespace Mes.Chaos.Cluster;

/// <summary>
/// The wall clock of a server that was started with these variables: the machine's, and so many seconds beside it
/// (libfaketime). Its monotonic clock, and with it every pause and timeout, stays as it is.
/// </summary>
/// <param name="library">libfaketime.so.1.</param>
/// <param name="file">Tells the server how many seconds; every user must be able to read it.</param>
internal sealed class FakeClock(string library, string file)
{
    /// <summary>By so many seconds the server's clock is ahead of the machine's.</summary>
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
    /// Sets the clock forward, or back where there are fewer than none. It holds from the next look at the clock on.
    /// </summary>
    public void Step(int seconds)
    {
        OffsetSeconds += seconds;

        // In one step, so that nobody reads half of it.
        File.WriteAllText(file + ".new", OffsetSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }
}
