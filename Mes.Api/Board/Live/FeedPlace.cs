using Mes.Application.Events;

namespace Mes.Api.Board.Live;

/// <summary>A place in the feed that the stream has come to.</summary>
/// <param name="Line">The line that tells it to a follower.</param>
internal sealed record FeedPlace(EventPosition Position, byte[] Line);
