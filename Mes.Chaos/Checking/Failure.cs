namespace Mes.Chaos.Checking;

/// <summary>A call that was not answered as it should have been.</summary>
/// <param name="HttpStatus">0 if no answer came.</param>
internal readonly record struct Failure(long Start, long End, byte Instance, int HttpStatus);
