namespace Mes.Api.Hosting;

/// <summary>How long an order may be in a status before the board points at it.</summary>
/// <param name="WarnAfter">From when on it is ageing, in seconds.</param>
/// <param name="LateAfter">From when on it is late, in seconds.</param>
internal sealed record AgeingThresholds(long WarnAfter, long LateAfter);
