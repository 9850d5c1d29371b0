using System.Text.Json;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// An order that an operator claims and releases in turn, so that it can be changed for ever and every change costs the
/// same. One caller at a time changes it; any number may read it.
/// </summary>
internal sealed class ChangingOrder(Guid id, int version, Keys keys)
{
    private static readonly string Reason = """{"reason":"out of filament"}""";

    private readonly byte[] _claim = HttpLine.Request("POST", $"orders/{id:D}/claim", keys.Operator);
    private readonly byte[] _release = HttpLine.Request("POST", $"orders/{id:D}/release", keys.Operator, Reason);
    private readonly byte[] _order = HttpLine.Request("GET", $"orders/{id:D}", keys.Service);
    private bool _isClaimed;
    private bool _isUnknown;
    private int _acknowledged = version;

    public Guid Id => id;

    /// <summary>The newest version that an acknowledgement told.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public byte[] Status { get; } = HttpLine.Request("GET", $"orders/{id:D}/status", keys.Service);

    public async Task<HttpAnswer> ChangeAsync(HttpLine line)
    {
        if (_isUnknown)
        {
            await LookUpAsync(line);
        }

        var answer = await line.SendAsync(_isClaimed ? _release : _claim);
        _isUnknown = !answer.IsSuccess;
        if (answer.IsSuccess)
        {
            _isClaimed = !_isClaimed;
            Volatile.Write(ref _acknowledged, answer.Version);
        }

        return answer;
    }

    /// <summary>Reads the status, and counts an answer that is older than what was acknowledged before.</summary>
    public async Task<HttpAnswer> ReadAsync(HttpLine line, StaleCounter stale)
    {
        var acknowledged = Acknowledged;
        var answer = await line.SendAsync(Status);
        if (answer.IsSuccess)
        {
            stale.Check(answer.Version, acknowledged);
        }

        return answer;
    }

    /// <summary>After a change that failed, it is not known whether it took effect.</summary>
    private async Task LookUpAsync(HttpLine line)
    {
        var answer = await line.SendAsync(_order);
        if (answer.IsSuccess)
        {
            using var order = JsonDocument.Parse(answer.Body);
            _isClaimed = order.RootElement.GetProperty("status").GetString() == "MANUFACTURING_STARTED";
        }
    }
}
