using System.Buffers;

namespace Mes.Api.Board.Live;

/// <summary>Writes events to a client, and does not wait long for one that takes nothing.</summary>
/// <param name="dropped">Called when the client is dropped.</param>
internal sealed class EventWriter(HttpContext http, TimeProvider clock, Action dropped)
{
    /// <summary>A client that takes nothing for so long is dropped: its buffers are full.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="ended">The stream is to end.</param>
    /// <returns>False if nothing more can be written.</returns>
    public async Task<bool> TryWriteAsync(IReadOnlyList<byte[]> parts, CancellationToken ended)
    {
        var body = http.Response.BodyWriter;
        foreach (var part in parts)
        {
            body.Write(part);
        }

        var flush = body.FlushAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            return !flush.Result.IsCompleted;
        }

        try
        {
            return !(await flush.AsTask().WaitAsync(Patience, clock, ended)).IsCompleted;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The response cannot be ended properly, since nothing more can be written.
            http.Abort();
            if (exception is TimeoutException)
            {
                dropped();
            }

            return false;
        }
    }
}
