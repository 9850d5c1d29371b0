using System.Diagnostics.CodeAnalysis;

namespace Mes.Domain.Results;

/// <summary>A value, or the expected failure instead of it.</summary>
public class Result<T> : IResult<Result<T>>
{
    private readonly T? _value;

    private Result(T? value, Error? error) => (_value, Error) = (value, error);

    /// <summary>The same value or failure, for a result that says more than this one.</summary>
    protected Result(Result<T> result)
        : this(result._value, result.Error)
    {
    }

    /// <inheritdoc cref="Success"/>
    protected Result(T value)
        : this(value, null)
    {
    }

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <exception cref="InvalidOperationException">The result is a failure.</exception>
    public T Value => IsSuccess
        ? _value!
        : throw new InvalidOperationException($"A failed result ({Error.Code}) has no value.");

    public static Result<T> Success(T value) => new(value, null);

    public static Result<T> Failure(Error error) => new(default, error);

    public static implicit operator Result<T>(T value) => Success(value);

    public static implicit operator Result<T>(Error error) => Failure(error);
}
