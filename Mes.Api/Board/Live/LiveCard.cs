namespace Mes.Api.Board.Live;

/// <summary>An order as the stream tells it.</summary>
/// <param name="Event">A <see cref="SentEvent"/>.</param>
internal sealed record LiveCard(Guid OrderId, int Version, byte[] Event);
