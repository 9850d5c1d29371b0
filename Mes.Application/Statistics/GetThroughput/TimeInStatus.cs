namespace Mes.Application.Statistics.GetThroughput;

/// <summary>How long orders stayed in a status, in seconds with three decimals; null where none has left it.</summary>
/// <param name="Orders">How many orders left it.</param>
/// <param name="MedianSeconds">Half of them stayed at most this long (nearest rank).</param>
/// <param name="P90Seconds">Nine out of ten of them stayed at most this long (nearest rank).</param>
public sealed record TimeInStatus(int Orders, decimal? MedianSeconds, decimal? P90Seconds);
