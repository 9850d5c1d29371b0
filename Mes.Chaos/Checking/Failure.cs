namespace Mes.Chaos.Checking;

/// <summary>A call that was not answered as it should.</summary>
/// <param name="HttpStatus">0 when there was no answer.</param>
internal readonly record struct Failure(long Start, long End, byte Instance, int HttpStatus);
