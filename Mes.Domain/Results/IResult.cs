namespace Mes.Domain.Results;

/// <summary>What pipeline behaviours need to know of a result without knowing its value.</summary>
/// <typeparam name="TSelf">The result type itself, so that a behaviour can answer with a failure of it.</typeparam>
public interface IResult<out TSelf>
    where TSelf : IResult<TSelf>
{
    /// <summary>The failure, or null when the request succeeded.</summary>
    Error? Error { get; }

    static abstract TSelf Failure(Error error);
}
