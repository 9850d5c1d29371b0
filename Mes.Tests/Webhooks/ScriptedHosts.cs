using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mes.Infrastructure.Webhooks.Egress;

namespace Mes.Tests.Webhooks;

/// <summary>A resolver that answers as the test says: the next answer each time, the last one for ever.</summary>
internal sealed class ScriptedHosts(params string[][] answers) : IHostAddresses
{
    private readonly ConcurrentQueue<string[]> _answers = new(answers);
    private int _asked;

    /// <summary>How often it was asked.</summary>
    public int Asked => _asked;

    public Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        string[]? answer = null;
        if (_answers.Count > 1)
        {
            _answers.TryDequeue(out answer);
        }

        return answer is null && !_answers.TryPeek(out answer)
            ? throw new SocketException((int)SocketError.HostNotFound)
            : Task.FromResult(answer!.Select(IPAddress.Parse).ToArray());
    }
}
