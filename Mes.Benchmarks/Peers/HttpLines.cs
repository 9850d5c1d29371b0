using System.Collections.Concurrent;

namespace Mes.Benchmarks.Peers;

/// <summary>As many connections to an instance as there are requests under way.</summary>
internal sealed class HttpLines(Uri address) : IDisposable
{
    private readonly ConcurrentBag<HttpLine> _idle = [];

    /// <param name="use">Must have read the answer's body when it returns.</param>
    public async Task<T> UseAsync<T>(Func<HttpLine, Task<T>> use)
    {
        var line = _idle.TryTake(out var idle) ? idle : new HttpLine(address);
        try
        {
            return await use(line);
        }
        finally
        {
            _idle.Add(line);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var line))
        {
            line.Dispose();
        }
    }
}
